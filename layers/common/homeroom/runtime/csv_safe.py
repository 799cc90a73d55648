"""CSV that a spreadsheet opens as text, and never as a formula (P-04, P-05)."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

BOM = "\ufeff"
Cell = str | int | float | None

# What a spreadsheet skips before it looks for a formula: white space, zero-width and other invisible characters.
_SKIPPED = (
    r"[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]*"
)
_RISKY = re.compile(rf"[\t\r\n']|{_SKIPPED}[=+\-@\uff1d\uff0b\uff0d\uff20]")


def guarded(text: str) -> str:
    """A text that starts no formula: one apostrophe in front where it might; taking it away gives it back. P-05."""
    return f"'{text}" if _RISKY.match(text) else text


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, bom: bool = True) -> str:
    """RFC 4180 with a header line and CRLF. Texts are guarded, numbers are left alone, None is an empty cell."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return (BOM if bom else "") + out.getvalue()
