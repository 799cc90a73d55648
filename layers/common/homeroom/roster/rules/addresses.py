"""Addresses that several records of one district claim (A-05, A-08)."""

from collections.abc import Iterator

from homeroom.roster.entries import PersonEntry
from homeroom.roster.rules.findings import Finding
from homeroom.roster.rules.people import chief_role

STUDENT, EMPLOYEE = "s", "e"


class Claims:
    """Who claims which address. One short string a person is kept, since a district may have 460,000."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}
        self._several: dict[str, list[str]] = {}

    def add(self, person: PersonEntry) -> None:
        """Take note of a live person; one without a usable address claims none."""
        if not person.address:
            return
        mark = STUDENT if chief_role(person) == "student" else EMPLOYEE
        claim = mark + person.id
        first = self._first.setdefault(person.address, claim)
        if first is not claim:
            self._several.setdefault(person.address, [first]).append(claim)

    def findings(self) -> Iterator[Finding]:
        """A finding for each record that shares its address: with a student among them the address is blocked in
        this district (A-05), among employees alone they are one person (A-08).
        """
        for claims in self._several.values():
            blocked = any(claim.startswith(STUDENT) for claim in claims)
            code = "address_duplicate" if blocked else "address_shared"
            for claim in claims:
                yield Finding(code=code, kind="person", id=claim[1:], data={"count": str(len(claims))})
