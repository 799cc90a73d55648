"""What a class may be called."""

import unicodedata

from homeroom.runtime.errors import InvalidInput

LONGEST = 100
# Controls, halves of characters that no text may hold, and separators that start a line.
_BARRED = frozenset({"Cc", "Cs", "Zl", "Zp"})
# What makes the text after it run the other way: a name could show as another.
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SEEN = frozenset("LNPS")


def class_name(text: str) -> str:
    """A class's name as it is kept: NFC, trimmed, 1 to 100 characters, something of it to be seen. Idempotent.

    Raises InvalidInput (field `name`) for anything else. Carries out C-01.
    """
    name = unicodedata.normalize("NFC", text).strip()
    if not any(unicodedata.category(letter)[0] in _SEEN for letter in name):
        raise _invalid("A class needs a name.")
    if len(name) > LONGEST:
        raise _invalid(f"A class's name has {LONGEST} characters at most.")
    if any(unicodedata.category(letter) in _BARRED or letter in _OVERRIDES for letter in name):
        raise _invalid("A class's name is one line of text, without control characters.")
    return name


def _invalid(detail: str) -> InvalidInput:
    return InvalidInput(detail, field="name")
