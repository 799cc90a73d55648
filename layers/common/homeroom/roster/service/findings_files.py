"""Findings on their way to files, one a severity, so that the worst are read first (S-06)."""

from collections import Counter

from homeroom.roster.rules.findings import SEVERITIES, Finding, severity
from homeroom.roster.store import layout
from homeroom.roster.store.files import LinesFile, RunFiles


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

    def send(self) -> None:
        """Put the files into the bucket."""
        for level, file in self._open.items():
            file.close()
            self._files.send(file.path, f"{self._prefix}/{layout.findings(level)}")
