"""Tables and lines: with colour on a terminal, tab-separated and bare anywhere else."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table


class Output:
    """Prints results to standard output, problems to standard error."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, markup=False)

    def line(self, text: str) -> None:
        """One line."""
        self._console.print(text, soft_wrap=True)

    def problem(self, text: str) -> None:
        """One line for what went wrong."""
        print(text, file=sys.stderr)

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Rows under their columns; a dash where there is nothing."""
        shown = [["-" if cell in {None, ""} else str(cell) for cell in row] for row in rows]
        if not self._console.is_terminal:
            for row in [columns, *shown]:
                print("\t".join(row))
            return
        table = Table(*columns, title=title, title_justify="left")
        for row in shown:
            table.add_row(*row)
        self._console.print(table)

    def facts(self, title: str, facts: Mapping[str, Any]) -> None:
        """Names with their values."""
        self.table(title, ("what", "value"), list(facts.items()))
