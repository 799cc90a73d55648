"""Pure decisions on accounts: what a birth date permits, and when two addresses are the same.

Called once or more for every person of a district, so each takes about a microsecond for common input.
"""

import re
import unicodedata
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import Literal, NamedTuple

Permission = Literal["limited", "full"]
BirthProblem = Literal["birth_date_missing", "birth_date_impossible"]
AddressProblem = Literal["missing", "too_long", "space_or_control", "at_sign", "empty_part", "domain"]

AGE = 13
OLDEST_YEARS = 120
LONGEST_ADDRESS = 254  # bytes (RFC 5321, 6531): an alias has to fit into a sort key of 1,024 with an id beside it
DECEMBER = 12

_SLASHED = re.compile(r"(?:(?P<month>[0-9]{1,2})/)(?:(?P<day>[0-9]{1,2})/)?(?P<year>[0-9]{4})")
_ISO = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?")
_PLAIN_ADDRESS = re.compile(r"[!-?A-~]+@[!-\-/-?A-~]+(?:\.[!-\-/-?A-~]+)+")


class BirthDate(NamedTuple):
    """A day, or a month when `day` is 0; always one that exists in the calendar."""

    year: int
    month: int
    day: int

    def iso(self) -> str:
        """`YYYY-MM-DD`, or `YYYY-MM` of a month; `parse_birth_date` reads both."""
        return f"{self.year:04}-{self.month:02}" + (f"-{self.day:02}" if self.day else "")

    def first(self) -> date:
        """The earliest day that it may be."""
        return date(self.year, self.month, self.day or 1)

    def thirteenth(self) -> date:
        """The first day on which this person is certainly 13 (A-07).

        Of a month alone: the first of the month after. Of 29 February: 1 March, as 13 years later is no leap year.
        """
        if self.day == 0 or (self.month, self.day) == (2, 29):
            return date(self.year + AGE + self.month // DECEMBER, self.month % DECEMBER + 1, 1)
        return date(self.year + AGE, self.month, self.day)


class Permissions(NamedTuple):
    """What an account may do by age (A-06). `problem` says why a birth date was not believed, if it was not."""

    discussion_posts: Permission
    cs_projects: Permission
    problem: BirthProblem | None


@lru_cache(maxsize=32_768)
def parse_birth_date(text: str) -> BirthDate | None:
    """A birth date as `M/D/YYYY`, `YYYY-MM-DD`, `M/YYYY` or `YYYY-MM`; None when it is none that exists (A-07)."""
    match = _SLASHED.fullmatch(text.strip()) or _ISO.fullmatch(text.strip())
    if match is None:
        return None
    birth = BirthDate(int(match["year"]), int(match["month"]), int(match["day"] or "0"))
    if match["day"] is not None and birth.day == 0:
        return None
    try:
        birth.thirteenth()
        birth.first()
    except ValueError:
        return None
    return birth


def birth_problem(text: str, today: date) -> BirthProblem | None:
    """Why a birth date cannot be believed: absent, or unreadable, in the future, or more than 120 years ago (A-07)."""
    if not text.strip():
        return "birth_date_missing"
    birth = parse_birth_date(text)
    if birth is None or birth.first() > today or birth.year < today.year - OLDEST_YEARS:
        return "birth_date_impossible"
    return None


def is_under_13(text: str, today: date) -> bool:
    """Whether somebody with this birth date, as given, counts as under 13 on `today`, a date in their time zone.

    An absent or impossible date counts as under 13. Carries out A-06, A-07.
    """
    birth = parse_birth_date(text)
    return birth is None or today < birth.thirteenth() or birth.year < today.year - OLDEST_YEARS


def permissions(text: str, today: date) -> Permissions:
    """What somebody with this birth date may do on `today`, and what is wrong with the date. Carries out A-06, A-07."""
    grade: Permission = "limited" if is_under_13(text, today) else "full"
    return Permissions(grade, grade, birth_problem(text, today))


def today_in(zone: tzinfo, now: datetime) -> date:
    """The date in a time zone. Raises ValueError when `now` names no time zone itself."""
    if now.tzinfo is None:
        raise ValueError("now must be aware")
    return now.astimezone(zone).date()


def normalise_address(text: str) -> str:
    """An address as it is compared: trimmed, NFKC, case-folded, nothing else; "" stays "". Idempotent. A-01."""
    if text.isascii():
        return text.strip().lower()
    # Folding can undo the normal form and the normal form can bring out a space: repeat until it stands.
    while (folded := unicodedata.normalize("NFKC", text).casefold().strip()) != text:
        text = folded
    return folded


def address_problem(address: str) -> AddressProblem | None:
    """What is malformed in a normalised address, as a stable word; None when nothing is (A-01, S-06).

    It must have one @ with something on both sides, a domain of two or more parts, and no space or control character.
    """
    if len(address) <= LONGEST_ADDRESS and _PLAIN_ADDRESS.fullmatch(address):
        return None
    return _address_fault(address)


def _address_fault(address: str) -> AddressProblem | None:
    local, _, domain = address.partition("@")
    faults: dict[AddressProblem, bool] = {
        "missing": not address,
        "too_long": len(address.encode(errors="surrogatepass")) > LONGEST_ADDRESS,
        "space_or_control": any(unicodedata.category(letter)[0] in "ZC" for letter in address),
        "at_sign": address.count("@") != 1,
        "empty_part": not local or not domain,
        "domain": "." not in domain or not all(domain.split(".")),
    }
    return next((word for word, wrong in faults.items() if wrong), None)
