"""Records as an administrator may look at them or change them: what every use case of theirs begins with (P-08)."""

from collections.abc import Sequence
from typing import Any

from homeroom.accounts.account import LinkEnd
from homeroom.accounts.linking import Stamp
from homeroom.accounts.model import Scope
from homeroom.roster.activation.model import Facts, Place, Record
from homeroom.roster.activation.service.reach import require_power, require_sight
from homeroom.roster.activation.store import FactStore
from homeroom.roster.people import PersonNotFound
from homeroom.runtime.audit import Change
from homeroom.runtime.proofs import hashed


class Records:
    """Records within an administrator's scope, and what is to be known of them."""

    def __init__(self, facts: FactStore) -> None:
        self.facts = facts

    def record(self, scope: Scope, person: str) -> Record:
        """The record, to be looked at. Raises OutOfScope, PersonNotFound."""
        end = LinkEnd(scope.district, person)
        record = self.facts.records([end]).get(end)
        require_sight(scope, record)
        if record is None:
            raise PersonNotFound
        return record

    def powerful(self, scope: Scope, person: str) -> Record:
        """The record, for a change: who reaches further by it than the administrator is not theirs to give away."""
        record = self.record(scope, person)
        require_power(scope, record)
        return record

    def place(self, district: str) -> Place | None:
        """The district, None when its programme has ended."""
        return self.facts.places([district]).get(district)

    def facts_of(self, record: Record, aliases: Sequence[str], *more: LinkEnd, enrolled: bool = False) -> Facts:
        """All that decides who may activate a record, with those of `more`; `enrolled` takes a student for enrolled."""
        addresses = {*aliases, record.address} - {""}
        claims = self.facts.claims(addresses, record.end.district)
        records = self.facts.records({record.end, *more, *(claim.end for claim in claims)})
        students = [record.end] if record.student else []
        inside = frozenset(students) if enrolled else self.facts.enrolled(students)
        return Facts(tuple(claims), records, inside, active=False)


def change_of(end: LinkEnd, action: str, stamp: Stamp, before: Any, after: Any) -> Change:
    """The audit row of a change to a person, under the district (X-04)."""
    return Change(
        id=f"{action}-{end.person}-{hashed(stamp.cause, 12)}", at=stamp.at, actor=stamp.actor, action=action,
        subject=f"person:{end.district}:{end.person}", cause=stamp.cause, before=before, after=after,
    )  # fmt: skip
