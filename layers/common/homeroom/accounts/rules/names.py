"""What somebody calls themselves, as others can read it."""

import re
import unicodedata

LONGEST_NAME = 100
# In many scripts these two shape the letters beside them; so they do in emoji. All else of their kind is unseen, or
# turns the text after it round.
_JOINERS = frozenset("\u200c\u200d")
# Letters and symbols by name, which show nothing.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_UNREADABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
_SEEN = frozenset("LNPS")
_SPACES = re.compile(r"\s+")


def clean_name(text: str) -> str | None:
    """A name in NFC, of 1 to 100 characters, without what nobody sees; None when it cannot be one.

    Spaces at its ends go, several become one. Marks of direction and characters without width are taken out; control
    characters, line separators and halves of characters are refused, and so is what would show nothing.
    """
    text = text.strip()
    if any(unicodedata.category(letter) in _UNREADABLE for letter in text):
        return None
    kept = "".join(letter for letter in text if letter in _JOINERS or unicodedata.category(letter) != "Cf")
    name = unicodedata.normalize("NFC", _SPACES.sub(" ", kept).strip())
    return name if len(name) <= LONGEST_NAME and any(map(_shows, name)) else None


def _shows(letter: str) -> bool:
    return letter not in _BLANK and unicodedata.category(letter)[0] in _SEEN
