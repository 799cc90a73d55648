"""Writes docs/access.md, the table for people: `python -m tests.matrix`."""

import sys
from collections.abc import Iterator
from pathlib import Path

from tests.matrix.reading import TABLE, Row, Table, read

PAGE = Path(__file__).parents[2] / "docs" / "access.md"
ON = {
    "own": "independent class",
    "dis": "district class",
    "arc": "archived class",
    "other": "another's class",
    "nothing": "no class",
}
WELL = 300
INTRODUCTION = """# Who may do what

One line a route, one column a relation, and in each cell the answer that it gets. The page is made of
`tests/matrix/table.txt` by `python -m tests.matrix`; the tests request every cell, and a route without its lines fails
them. Why it is so is in [0034](decisions/0034-who-may-see-what.md). Both settings are on: co-teachers in independent
classes, and handing over classes.
"""


def page(table: Table) -> str:
    """The page's text."""
    return "\n".join([INTRODUCTION, *_relations(table), *_letters(table), *_sections(table)]) + "\n"


def _relations(table: Table) -> Iterator[str]:
    yield "## Who\n\n| | |\n| --- | --- |"
    yield from (f"| `{name}` | {told} |" for name, told in table.relations.items())


def _letters(table: Table) -> Iterator[str]:
    yield "\n## Answers\n\n| | | | |\n| --- | --- | --- | --- |\n| Y | 2xx | | it is done, or shown |"
    for letter, (expected, told) in table.letters.items():
        if expected.status >= WELL:
            yield f"| {letter} | {expected.status} | `{expected.code}` | {told} |"


def _sections(table: Table) -> Iterator[str]:
    names = list(table.relations)
    letters = {expected: letter for letter, (expected, _) in table.letters.items() if expected.status >= WELL}
    for title, rows in table.sections.items():
        yield f"\n## {title}\n"
        yield f"| route | asked of | {' | '.join(names)} |"
        yield "| --- " * (len(names) + 2) + "|"
        yield from (_line(row, [letters.get(row.cells[name], "Y") for name in names]) for row in rows)


def _line(row: Row, marks: list[str]) -> str:
    on = ON.get(row.variant, "" if row.variant == "-" else row.variant)
    return f"| {row.method} {row.path} | {on} | {' | '.join(marks)} |"


if __name__ == "__main__":
    PAGE.write_text(page(read(TABLE.read_text(encoding="utf-8"))), encoding="utf-8")
    sys.exit(0)
