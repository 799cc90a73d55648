"""An invitation being answered: one read of all that decides on it, one transaction (I-02, I-05)."""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from homeroom.accounts.account import Account
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.classes.ids import ClassId
from homeroom.classes.model import ClassView, Invitation, Seat
from homeroom.classes.rules.limits import CO_TEACHERS_A_CLASS
from homeroom.classes.store.audits import audit_action
from homeroom.classes.store.independent import (
    CLASS,
    SEAT,
    TEACHER,
    IndependentItem,
    SeatItem,
    TeacherItem,
    account_list_pk,
    independent_view,
    pk_of,
    seat_of,
)
from homeroom.classes.store.invitation_store import InvitationStore
from homeroom.classes.store.invitations import (
    OPEN,
    USED,
    invitation_key,
    invitation_parts,
    settle_action,
    used,
)
from homeroom.classes.store.seats import SeatStore
from homeroom.runtime.audit import Change
from homeroom.runtime.together import Want, read_together
from homeroom.runtime.transact import NEW, check, put, transact, update

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

NOT_IN = "attribute_not_exists(pk) OR #state <> :in"
# Where the owner's counter stands among the actions of `let_in`.
OWNERS_ROOM = 1


class Look(NamedTuple):
    """What there is of an invitation, its class, and whoever answers it. `account` is None at their first request."""

    invitation: Invitation
    view: ClassView
    account: Account | None
    seat: Seat | None
    teaches: bool


class AcceptanceStore:
    """Answers to invitations, in the classes table and the owner's counters."""

    def __init__(self, seats: SeatStore, profiles: ProfileStore, client: "DynamoDBClient") -> None:
        self._seats, self._profiles, self._client = seats, profiles, client
        self._table = seats.table
        self.invitations = InvitationStore(seats.table, client)

    def look(self, invitation: str, account: str) -> Look | None:
        """What is so now, in one consistent read; None when there is no such invitation. Raises StoreBusy."""
        parts = invitation_parts(invitation)
        if parts is None or parts[0].kind != "independent":
            return None
        pk = pk_of(parts[0])
        seat, teacher = Want(SeatItem, pk, SEAT + account), Want(TeacherItem, pk, TEACHER + account)
        wants = [self._profiles.want(account), Want(IndependentItem, pk, CLASS), seat, teacher]
        found = read_together(self._client, [*wants, *filter(None, [self.invitations.want(invitation)])])
        klass, sent = found.get(IndependentItem, pk, CLASS), self.invitations.of(found, invitation)
        if klass is None or sent is None:
            return None
        sits = found.get(*seat)
        return Look(
            invitation=sent, view=independent_view(klass), account=self._profiles.of(found, account),
            seat=seat_of(sits) if sits else None, teaches=found.get(*teacher) is not None,
        )  # fmt: skip

    def open_ones(self, invitations: "Iterable[str]", now: datetime) -> list[tuple[Invitation, ClassView]]:
        """Those of the invitations that can be accepted now, with their classes, in the order given (consistent)."""
        parts = {one: invitation_parts(one) for one in invitations}
        klass = {one: Want(IndependentItem, pk_of(part[0]), CLASS) for one, part in parts.items() if part}
        wants = [want for one in klass for want in (self.invitations.want(one), klass[one]) if want]
        found = read_together(self._client, wants)
        both = ((self.invitations.of(found, one), found.get(*want)) for one, want in klass.items())
        return [
            (sent, independent_view(item))
            for sent, item in both
            if sent and item and sent.state == "open" and now < sent.expires and item.state == "active"
        ]

    def let_in(
        self, look: Look, seat: Seat, others: "Iterable[str]", change: Change | None, now: datetime
    ) -> frozenset[int]:
        """Give the invited their place, or have them wait for it; all or nothing, if everything is as it was read.

        `others` are further addresses of theirs, whose invitations to the class are settled (I-07). Returns the
        positions refused; OWNERS_ROOM is that the owner has no room left. Carries out C-06, I-05, J-08, X-04.
        """
        klass, owner = look.view.id, look.view.owner
        places = self._seats.take(klass, owner) if seat.state == "active" else self._seats.room(klass, owner)
        actions = [*places, self._seats.no_teacher(klass, seat.account)]
        if look.seat and look.invitation.state != "open":
            # They used it, and wait since; nobody must have turned them away.
            actions.append(self._seats.move(klass, seat, look.seat))
        else:
            actions += [self._seats.sit(klass, seat), self._used(look.invitation, seat.account, now)]
        actions += [settle_action(self._table, klass, one, seat.account, now) for one in sorted(others)]
        if change:
            actions.append(audit_action(self._table, klass, change))
        return transact(self._client, actions)

    def let_teach(self, look: Look, account: str, change: Change, now: datetime) -> frozenset[int]:
        """Make the invited a co-teacher; all or nothing, if everything is as it was read. B-01, X-04.

        Returns the positions refused; the first is the class: archived, another's, or with nine co-teachers.
        """
        klass = look.view.id
        pk = pk_of(klass)
        item = TeacherItem(
            pk, TEACHER + account, list_pk=account_list_pk(account), list_sk=pk, role="co_teacher", account=account,
            state="active", started=now,
        )  # fmt: skip
        return transact(self._client, [
            self._one_more_teacher(klass, look.view.owner),
            check(self._table, pk, SEAT + account, NOT_IN, {":in": {"S": "active"}}, state="state"),
            put(self._table, item, NEW),
            self._used(look.invitation, account, now),
            audit_action(self._table, klass, change),
        ])  # fmt: skip

    def settle(self, invitation: Invitation, account: str, now: datetime) -> None:
        """End an open invitation of somebody who is in already (I-05, I-07)."""
        transact(self._client, [self._used(invitation, account, now, settled=True)])

    def _used(
        self, invitation: Invitation, account: str, now: datetime, *, settled: bool = False
    ) -> "TransactWriteItemTypeDef":
        pk, sk = invitation_key(invitation.id) or ("", "")
        values = used(account, now, "settled" if settled else "accepted") | {":open": {"S": "open"}}
        return update(self._table, pk, sk, USED, OPEN, values, state="state")

    def _one_more_teacher(self, klass: ClassId, owner: str) -> "TransactWriteItemTypeDef":
        room = "attribute_not_exists(co_teachers) OR co_teachers < :most"
        values = {
            ":active": {"S": "active"}, ":owner": {"S": owner}, ":one": {"N": "1"},
            ":most": {"N": str(CO_TEACHERS_A_CLASS)},
        }  # fmt: skip
        condition = f"#state = :active AND #owner = :owner AND ({room})"
        return update(
            self._table, pk_of(klass), CLASS, "ADD co_teachers :one", condition, values, state="state", owner="owner"
        )
