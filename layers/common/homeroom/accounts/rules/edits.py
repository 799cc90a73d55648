"""What an account may change of itself. An own edit never makes anybody 13 who is not (A-07)."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from homeroom.accounts.account import Account
from homeroom.accounts.rules import BirthDate, BirthProblem, birth_problem, parse_birth_date
from homeroom.accounts.rules.accounts import is_child, local_date
from homeroom.accounts.rules.names import LONGEST_NAME, clean_name
from homeroom.runtime.errors import Forbidden, InvalidInput
from homeroom.runtime.zones import zone_names

ROLES = ("teacher", "student")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")
_TOLD: dict[BirthProblem, str] = {
    "birth_date_missing": "A birth date cannot be taken back.",
    "birth_date_impossible": "Nobody here was born then.",
}


class RosterDecides(Forbidden):
    """The account is linked to a district's record, which alone says this (A-07)."""

    code = "roster_decides"
    title = "The district's roster says this"


class BirthDateFixed(Forbidden):
    """By this edit somebody who counts as under 13 would come to be 13, or earlier than their date says (A-07)."""

    code = "birth_date_fixed"
    title = "This birth date cannot be changed so"


@dataclass(frozen=True, slots=True)
class Edit:
    """What an account says of itself; None leaves a thing as it is."""

    name: str | None = None
    role: Literal["teacher", "student"] | None = None
    zone: str | None = None
    birth_date: str | None = None


def edited(account: Account, edit: Edit, now: datetime) -> Account:
    """The account with the edit made. Carries out A-07.

    Raises InvalidInput with the field, RosterDecides for the birth date of a linked account, BirthDateFixed. A birth
    date can be stated where none is on file, and afterwards corrected, but never so that who counts as under 13 is 13
    earlier; one on file that nobody can believe stays.
    """
    after = replace(
        account,
        name=account.name if edit.name is None else _name(edit.name),
        role=edit.role or account.role,
        zone=account.zone if edit.zone is None else _zone(edit.zone),
    )
    if edit.birth_date is not None:
        after = _born(after, edit.birth_date, now)
    if account.birth_date and is_child(account, now) and not is_child(after, now):
        # A time zone can do so too, for an hour or a day before the birthday.
        raise BirthDateFixed("It would be your 13th birthday there already; change it after that day.")
    return after


def _name(text: str) -> str:
    name = clean_name(text)
    if name is None:
        raise InvalidInput(f"A name has 1 to {LONGEST_NAME} characters that can be read, in one line.", field="name")
    return name


def _zone(text: str) -> str:
    if text not in zone_names():
        raise InvalidInput("Name an IANA time zone, such as America/Chicago.", field="time_zone")
    return text


def _born(account: Account, text: str, now: datetime) -> Account:
    birth = _read(account, text, now)
    if birth == parse_birth_date(account.birth_date):
        return account
    if account.links:
        raise RosterDecides("Your district's roster says when you were born; ask your school.", field="birth_date")
    if account.birth_date and _fixed(account, birth, now):
        raise BirthDateFixed("Who counts as under 13 cannot make themselves older.", field="birth_date")
    return replace(account, birth_date=birth.iso(), birth_by="self")


def _read(account: Account, text: str, now: datetime) -> BirthDate:
    problem = birth_problem(text, local_date(account, now))
    if problem:
        raise InvalidInput(_TOLD[problem], field="birth_date")
    birth = parse_birth_date(text)
    if birth is None or not _ISO.fullmatch(text):
        raise InvalidInput("Give it as YYYY-MM-DD, or YYYY-MM.", field="birth_date")
    return birth


def _fixed(account: Account, birth: BirthDate, now: datetime) -> bool:
    known = parse_birth_date(account.birth_date)
    if known is None or birth_problem(account.birth_date, local_date(account, now)):
        return True
    return is_child(account, now) and birth.thirteenth() < known.thirteenth()
