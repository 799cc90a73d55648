"""The rows that benchmarks print, as a table that reads without colour or terminal, and as JSON."""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

HEADERS = ("what", "ours", "peer", "ratio", "budget", "verdict")


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement. `ratio` is compared with `budget` (None: reported without a budget), which is a ceiling
    (`at_most`) or a floor (`at_least`); without a peer the ratio is the measured number itself.
    """

    what: str
    ours: str
    peer: str = ""
    ratio: float | None = None
    budget: float | None = None
    sense: Literal["at_most", "at_least"] = "at_most"
    unit: str = "x"
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def met(self) -> bool | None:
        """Whether the budget holds; None when there is none, or nothing was measured."""
        if self.ratio is None or self.budget is None:
            return None
        return self.ratio <= self.budget if self.sense == "at_most" else self.ratio >= self.budget

    def verdict(self) -> str:
        """Says `met`, `missed by 12%`, or nothing where there is no budget."""
        if self.met is None or self.ratio is None or self.budget is None:
            return ""
        return "met" if self.met else f"missed by {abs(self.ratio / self.budget - 1):.0%}"

    def cells(self) -> tuple[str, ...]:
        """The row as text."""
        sign = "<=" if self.sense == "at_most" else ">="
        budget = "" if self.budget is None else f"{sign} {_number(self.budget)} {self.unit}".rstrip()
        ratio = "" if self.ratio is None else f"{_number(self.ratio)} {self.unit}".rstrip()
        return self.what, self.ours, self.peer, ratio, budget, self.verdict()

    def record(self) -> dict[str, Any]:
        """The row as JSON."""
        return asdict(self) | {"met": self.met, "verdict": self.verdict()}


def _number(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:,.0f}"  # noqa: PLR2004  two digits are all that the noise leaves


def table(rows: Iterable[Row]) -> str:
    """The rows under each other, columns padded with blanks."""
    lines = [HEADERS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADERS))]
    lines.insert(1, tuple("-" * width for width in widths))
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def show(rows: list[Row]) -> None:
    """Print the table: by rich where somebody looks at a terminal, plain otherwise."""
    if not sys.stdout.isatty():
        print(table(rows), flush=True)
        return
    from rich.console import Console  # noqa: PLC0415  only a terminal needs it
    from rich.table import Table  # noqa: PLC0415

    shown = Table(*HEADERS)
    for row in rows:
        style = {True: "green", False: "bold red", None: ""}[row.met]
        shown.add_row(*row.cells(), style=style)
    Console().print(shown)


def save(path: Path, size: str, rows: list[Row], notes: list[str]) -> None:
    """Write everything measured as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    body = {"size": size, "rows": [row.record() for row in rows], "notes": notes}
    path.write_text(json.dumps(body, indent=2) + "\n", "utf-8")
