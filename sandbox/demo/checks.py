"""Saying what happens, and stopping when it is not what should happen."""

from collections.abc import Sequence

from sandbox.stack.terminal import say


class Unexpected(Exception):
    """A step's result was not what it should be: the demo fails."""


def chapter(title: str) -> None:
    """Begin a part of the story."""
    say(f"\n== {title}")


def expect(what: str, found: object, wanted: object) -> None:
    """Tell a result, and make sure of it. Raises Unexpected when it is another one."""
    if found != wanted:
        raise Unexpected(f"{what}: expected {wanted!r}, found {found!r}")
    say(f"   ok  {what}: {found}")


def tell(text: str) -> None:
    """Something to know, which nothing is checked of."""
    say(f"       {text}")


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Rows under their columns, readable in a log as on a terminal."""
    cells = [list(columns), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(columns))]
    for row in cells:
        say("       " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
