"""How a letter is put together: one list of sentences, as text and as HTML; and which addresses mail can go to."""

import re
import unicodedata
from collections.abc import Sequence
from html import escape
from string import Template

from homeroom.mail.model import Letter

# What the HTML standard takes for an address: no quoting, no comment, nothing that a mail server reads as two.
_POSTAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_LONGEST_NAME = 60
# No picture, no style sheet; dark on white by at least 7:1, the link by its words and underlined.
_PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>$subject</title></head>
<body style="margin:0;background:#ffffff;color:#1f2328;font:16px/1.5 sans-serif">
<main style="max-width:36em;margin:0 auto;padding:1.5em">
$paragraphs
</main>
</body>
</html>
""")
_LINK = Template('<p><a href="$address" style="color:#0b4fa0;text-decoration:underline">$words</a></p>')


def postal(address: str) -> str | None:
    """The address as a mail server takes it, a domain of other letters as `xn--…`; None when none would take it.

    None also of a domain with signs that are lost on the way: one mailbox would have any number of addresses, and each
    its own limit of mails (I-04, I-06).
    """
    local, _, domain = address.rpartition("@")
    try:
        sent = domain.encode("idna")
        lost = not domain.isascii() and sent.decode("idna") != unicodedata.normalize("NFKC", domain).casefold()
    except UnicodeError:
        return None
    found = f"{local}@{sent.decode('ascii')}"
    return found if _POSTAL.fullmatch(found) and not lost else None


def one_line(text: str) -> str:
    """Somebody's or something's name, as it can stand in a subject or a greeting: one line, not too long."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 1].rstrip() + "…"


def letter(to: str, subject: str, opening: Sequence[str], link: tuple[str, str], closing: Sequence[str]) -> Letter:
    """A letter of paragraphs, a link (its words, its address) and more paragraphs, all plain text, escaped here."""
    words, address = link
    text = [*opening, f"{words}:\n{address}", *closing]
    html = [
        *map(_paragraph, opening),
        _LINK.substitute(address=escape(address), words=escape(words)),
        *map(_paragraph, closing),
    ]
    page = _PAGE.substitute(subject=escape(subject), paragraphs="\n".join(html))
    return Letter(to, subject, "\n\n".join(text) + "\n", page)


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"
