"""Class codes: what is one, and how one is made (J-02)."""

import re
import unicodedata

from homeroom.classes.rules.offensive import LOOKALIKES, STEMS
from homeroom.runtime.proofs import Randomness

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LENGTH = 8
# A code with all that somebody may put between its letters.
LONGEST_TEXT = 200
_CODE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
# Spaces, hyphens of every kind, and what nobody sees that comes along when text is copied.
_IGNORED = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Pd"})
_BITS = 31


def normal_code(text: str) -> str:
    """A code as it is kept, from how somebody wrote it; "" for what is none.

    Upper and lower case are one, spaces and hyphens are ignored, wide letters are letters. Carries out J-02.
    """
    if len(text) > LONGEST_TEXT:
        return ""
    letters = (one for one in unicodedata.normalize("NFKC", text) if unicodedata.category(one) not in _IGNORED)
    code = "".join(letters)
    # Beyond ASCII the upper case of a letter may be two.
    return code.upper() if code.isascii() and _CODE.fullmatch(code.upper()) else ""


def make_code(randomness: Randomness) -> str:
    """A new code, every one that is decent as likely as any other; unique it becomes by being stored. J-02.

    `randomness` gives so many bytes from a cryptographic source.
    """
    while offends(code := _eight(randomness)):
        pass
    return code


def offends(code: str) -> bool:
    """Whether a code holds an offensive word, also with digits that stand for letters. J-02."""
    read = code.translate(LOOKALIKES)
    return any(stem in text for text in (code, read) for stem in STEMS)


def _eight(randomness: Randomness) -> str:
    letters = ""
    while len(letters) < LENGTH:
        # Five bits number the alphabet and one more, which is thrown away: a remainder would favour the first letters.
        drawn = (byte & _BITS for byte in randomness(LENGTH))
        letters += "".join(ALPHABET[number] for number in drawn if number < len(ALPHABET))
    return letters[:LENGTH]
