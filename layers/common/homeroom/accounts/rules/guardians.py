"""Who answers for a child, and what they have said (J-09)."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from homeroom.accounts.account import Account, Guardian
from homeroom.accounts.rules.accounts import needs_guardian
from homeroom.mail.rules import postal
from homeroom.runtime.errors import Conflict, InvalidInput

Answer = Literal["yes", "no"]


class GuardianNotNeeded(Conflict):
    """Nothing of this account's waits for a guardian."""

    code = "guardian_not_needed"
    title = "This account needs no guardian's yes"


class GuardianApproved(Conflict):
    """The guardian has said yes, and what waited for it has happened."""

    code = "guardian_approved"
    title = "You have said yes to this already"


def named(account: Account, address: str, own: frozenset[str], now: datetime) -> Guardian:
    """The guardian of a normalised address whom the account names, to be asked now, whoever was asked before. J-09.

    `own` are the account's addresses and its login's, none of which can be its guardian's.

    Raises GuardianNotNeeded, InvalidInput.
    """
    if not needs_guardian(account, now):
        raise GuardianNotNeeded
    # One mailbox can be written in two ways, its domain in letters or as xn--….
    if postal(address) in map(postal, filter(None, own | account.addresses | {account.address})):
        raise InvalidInput("Name a parent or guardian; this address is your own.", field="address")
    return Guardian(address, "asked", now)


def answered(guardian: Guardian, answer: Answer, now: datetime) -> Guardian:
    """The guardian, having answered. The same answer again changes nothing; a no can become a yes. J-09, X-03.

    Raises GuardianApproved for a no after a yes.
    """
    state: Literal["approved", "refused"] = "approved" if answer == "yes" else "refused"
    if guardian.state == state:
        return guardian
    if guardian.state == "approved":
        raise GuardianApproved("To take a child out of a class, have them leave it or ask its teacher.")
    return replace(guardian, state=state, answered=now)
