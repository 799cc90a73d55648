"""Conflicts between accounts over one record, as findings that stand until somebody has looked (A-10, S-06)."""

from collections.abc import Iterator

from homeroom.accounts.account import LinkEnd
from homeroom.roster.activation.store import FactStore
from homeroom.roster.rules.findings import Finding

CODE = "link_conflict"


class Conflicts:
    """Findings that no run makes."""

    def __init__(self, facts: FactStore) -> None:
        self._facts = facts

    def findings(self, district: str) -> Iterator[Finding]:
        """One for each account that was turned away and each school of the record that it is about, by record.

        What has been settled otherwise meanwhile is left out: the record is gone, or nobody's, or that account's now.
        """
        clashes = self._facts.clashes(district)
        records = self._facts.records(LinkEnd(district, person) for person, _, _ in clashes)
        for person, account, _ in clashes:
            record = records.get(LinkEnd(district, person))
            if record and record.state != "archived" and record.account not in {"", account}:
                for school in sorted(record.schools) or [""]:
                    yield Finding(code=CODE, kind="person", id=person, school=school, data={"account": account})
