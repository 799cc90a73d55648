"""The table of routes and relations, as it is written in `table.txt`."""

from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("table.txt")
EVERYBODY = "all"


@dataclass(frozen=True, slots=True)
class Expected:
    """An answer: a status, and the code of a refusal ("" when all is well)."""

    status: int
    code: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A route, on what it is asked (the variant), and the answer that each relation gets."""

    method: str
    path: str
    variant: str
    cells: dict[str, Expected]

    @property
    def name(self) -> str:
        """What tells the row from all others."""
        return f"{self.method} {self.path} {self.variant}"


@dataclass(frozen=True, slots=True)
class Table:
    """The whole: relations and letters with what they mean, and the rows by the title they stand under."""

    relations: dict[str, str]
    letters: dict[str, tuple[Expected, str]]
    sections: dict[str, list[Row]]

    @property
    def rows(self) -> list[Row]:
        """All rows."""
        return [row for rows in self.sections.values() for row in rows]


def read(text: str) -> Table:
    """The table that a text holds. Raises ValueError and KeyError for what is none."""
    relations: dict[str, str] = {}
    letters: dict[str, tuple[Expected, str]] = {}
    sections: dict[str, list[Row]] = {}
    title = ""
    for line in filter(None, (line.split("#")[0].rstrip() for line in text.splitlines())):
        if line.startswith("["):
            title = line.strip("[]")
        elif title == "relations":
            name, told = line.split(maxsplit=1)
            relations[name] = told
        elif title == "letters":
            letter, status, *told = line.split(maxsplit=3)
            code = "" if told[0] == "-" else told[0]
            letters[letter] = Expected(int(status), code), told[1]
        elif not line.startswith(" "):
            sections.setdefault(title, []).append(_row(line, relations, letters))
    return Table(relations, letters, sections)


def _row(line: str, relations: dict[str, str], letters: dict[str, tuple[Expected, str]]) -> Row:
    place, _, marks = line.partition("|")
    method, path, variant, status = place.split()
    found = marks.split()
    if len(found) != len(relations):
        message = f"{place.strip()}: {len(found)} cells for {len(relations)} relations"
        raise ValueError(message)
    own = {"Y": Expected(int(status))}
    known = {letter: expected for letter, (expected, _) in letters.items()} | own
    return Row(method, path, variant, {name: known[mark] for name, mark in zip(relations, found, strict=True)})
