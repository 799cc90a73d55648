"""Findings on their way to files, one a severity, so that the worst are read first (S-06)."""

from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from homeroom.roster.rules.findings import SEVERITIES, Finding, severity
from homeroom.roster.store import layout
from homeroom.roster.store.files import LinesFile, RunFiles

REKEYED = "person_rekeyed"


def still_proposed(files: RunFiles, prefix: str, gone: AbstractSet[str]) -> Iterator[Finding]:
    """What an earlier run proposed to link anew, where the old record is still gone; nothing without a `prefix`. A-09.

    The earlier run may be an undo, or the additions of a plan: each hands on what it found.
    """
    name = f"{prefix}/{layout.findings(severity(REKEYED))}"
    for line in files.lines(name) if prefix else ():
        said = Finding.model_validate_json(line)
        if said.code == REKEYED and said.data["old"] in gone:
            yield said


class FindingsFiles:
    """Takes findings in any order; counted by code."""

    def __init__(self, files: RunFiles, prefix: str) -> None:
        self.counts: Counter[str] = Counter()
        self._files, self._prefix = files, prefix
        self._open = {
            level: LinesFile(files.path(f"{prefix}/{layout.findings(level)}")) for level in SEVERITIES
        }  # fmt: skip

    def add(self, finding: Finding) -> None:
        """Keep a finding, and count it by code, and by code and role where it has one."""
        self.counts[finding.code] += 1
        if role := finding.data.get("role"):
            self.counts[f"{finding.code}:{role}"] += 1
        self._open[severity(finding.code)].write(finding.model_dump_json(exclude_defaults=True).encode())

    def close(self) -> None:
        """Finish the files; again does nothing."""
        for file in self._open.values():
            file.close()

    def send(self) -> None:
        """Put the files into the bucket."""
        self.close()
        for level, file in self._open.items():
            self._files.send(file.path, f"{self._prefix}/{layout.findings(level)}")
