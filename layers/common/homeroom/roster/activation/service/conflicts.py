"""Conflicts that no run sees, as findings that stand until somebody has mended them (A-05, A-10, S-06)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from homeroom.accounts.account import LinkEnd
from homeroom.roster.activation import rules
from homeroom.roster.activation.model import Claim, Record
from homeroom.roster.activation.store import FactStore
from homeroom.roster.rules.findings import Finding
from homeroom.roster.store.aliases import AliasStore

CODE = "link_conflict"
BLOCKED = "address_duplicate"
# A district has as many aliases as people who have verified an address of their own: thousands.
THREADS = 16


class Conflicts:
    """Findings that no run makes."""

    def __init__(self, facts: FactStore, aliases: AliasStore) -> None:
        self._facts, self._aliases = facts, aliases

    def findings(self, district: str) -> Iterator[Finding]:
        """Accounts that were turned away from a record, and then the addresses that an alias blocks."""
        yield from self._turned_away(district)
        yield from self._blocked(district)

    def _blocked(self, district: str) -> Iterator[Finding]:
        """One for each record, and each school of it, that claims an address which is blocked by an alias. A-05.

        What the roster's own addresses block is a run's to find.
        """
        claims = [some for some in self._claims(district) if len({claim.end for claim in some}) > 1]
        records = self._facts.records(claim.end for some in claims for claim in some)
        for some in claims:
            group: dict[bool, list[Record]] = {False: [], True: []}
            for claim in some:
                record = records.get(claim.end)
                if record and (claim.alias or record.address == claim.address):
                    group[claim.alias].append(record)
            several = {record.end: record for record in group[False] + group[True]}
            if rules.blocks(several.values()) and not rules.blocks(group[False]):
                for end in sorted(several):
                    yield from _one_each(BLOCKED, several[end], count=str(len(several)))

    def _claims(self, district: str) -> Iterator[list[Claim]]:
        """The claims of each address that is an alias in the district. Most are one person's alone."""
        with ThreadPoolExecutor(THREADS) as pool:
            yield from pool.map(lambda one: self._facts.claims([one], district), self._aliases.given(district))

    def _turned_away(self, district: str) -> Iterator[Finding]:
        """One for each account that was turned away and each school of the record that it is about, by record.

        What has been settled otherwise meanwhile is left out: the record is gone, or nobody's, or that account's now.
        """
        clashes = self._facts.clashes(district)
        records = self._facts.records(LinkEnd(district, person) for person, _, _ in clashes)
        for person, account, _ in clashes:
            record = records.get(LinkEnd(district, person))
            if record and record.state != "archived" and record.account not in {"", account}:
                yield from _one_each(CODE, record, account=account)


def _one_each(code: str, record: Record, **data: str) -> Iterator[Finding]:
    for school in sorted(record.schools) or [""]:
        yield Finding(code=code, kind="person", id=record.end.person, school=school, data=data)
