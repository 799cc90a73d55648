"""What becomes of links between accounts and roster records: what is made, what is cut, and who says so (X-04)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from homeroom.accounts.account import Birth, LinkEnd

# How somebody came to their record: by a verified address, Clever's id, a mailed link, a teacher's or an admin's word.
By = Literal["address", "clever", "mail", "teacher", "admin"]
# `taken`: the record is linked already, or no longer as it was to be cut. `changed`: the account or the record is no
# longer as it was read. Either way nothing was written.
Outcome = Literal["written", "taken", "changed"]


class Link(NamedTuple):
    """The account's end of a link, as it lies beside the record. `since` is None and `by` "" of what was not noted.

    `before` is what the account had of a birth date when it was linked; None when that was not noted (A-07).
    """

    account: str
    since: datetime | None = None
    by: str = ""
    before: Birth | None = None


class PastLink(NamedTuple):
    """A link that was cut, as reports of the time need it (P-12)."""

    end: LinkEnd
    since: datetime
    until: datetime


class Tie(NamedTuple):
    """A record that is to be linked. `run` is the run that had last written it when it was read."""

    end: LinkEnd
    run: int


class Cut(NamedTuple):
    """A link that is to be cut, as it was read, with what the account had of a birth date before it."""

    end: LinkEnd
    since: datetime
    before: Birth | None = None


@dataclass(frozen=True, slots=True)
class Relinking:
    """A change of one account's links, all at once. What is copied to the account is "" where there is nothing.

    `birth_date` is the roster's (A-07), `zone` the district's; `name` is taken over by an account that has none.
    `administers` are the districts of which a record that is linked makes an administrator (G-02 asks for it later).
    `restored` is the birth date that an undone link gives back, in the place of `birth_date`. `inherited` are links
    that stand, as they are to be from then on: the undone one's date is no longer what was before them.
    """

    ties: tuple[Tie, ...] = ()
    cuts: tuple[Cut, ...] = ()
    by: By = "address"
    birth_date: str = ""
    zone: str = ""
    name: str = ""
    administers: frozenset[str] = frozenset()
    restored: Birth | None = None
    inherited: tuple[tuple[LinkEnd, Link], ...] = ()


class Stamp(NamedTuple):
    """Who changes a link, when, and why, for the audit log: `cause` as in `request:<id>`."""

    actor: str
    at: datetime
    cause: str
