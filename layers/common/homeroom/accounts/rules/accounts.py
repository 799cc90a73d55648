"""What follows from an account as it stands: which addresses are its own, how old it counts, what it waits for."""

from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from homeroom.accounts.account import Account
from homeroom.accounts.rules import (
    Permissions,
    address_problem,
    is_under_13,
    normalise_address,
    permissions,
    today_in,
)

Kind = Literal["district", "grassroots"]


def login_address(verified: str) -> str:
    """A login's verified address as an account keeps it: normalised, "" for none or one that is malformed (A-01)."""
    address = normalise_address(verified)
    return "" if address_problem(address) else address


def owned(account: Account, verified: str) -> frozenset[str]:
    """The addresses that are this account's at this moment, normalised. Carries out A-01, I-03.

    `verified` is the address that the caller's token calls verified, "" when it calls none so: a login's address
    counts only while its token says so, one that was verified by a mailed link counts by itself.
    """
    address = normalise_address(verified)
    login = {address} if address and address == account.address else set[str]()
    return account.addresses | login


def local_date(account: Account, now: datetime) -> date:
    """Today where the account is: by its district's time zone while linked, else its own, else UTC (A-06, A-07)."""
    zone = (account.district_zone if account.links else "") or account.zone or "UTC"
    return today_in(ZoneInfo(zone), now)


def allowed(account: Account, now: datetime) -> Permissions:
    """What its age permits at this moment. Carries out A-06, A-07."""
    return permissions(account.birth_date, local_date(account, now))


def is_child(account: Account, now: datetime) -> bool:
    """Whether it counts as under 13; without a birth date it does (A-07)."""
    return is_under_13(account.birth_date, local_date(account, now))


def needs_guardian(account: Account, now: datetime) -> bool:
    """Whether joins and accepts wait for a guardian: under 13, no district link, and no guardian's yes. J-09."""
    approved = account.guardian is not None and account.guardian.state == "approved"
    return is_child(account, now) and not account.links and not approved


def kind(account: Account) -> Kind:
    """A district's account while it is linked to a roster record, else a grassroots one."""
    return "district" if account.links else "grassroots"
