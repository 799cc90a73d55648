"""What an account gets back when an administrator undoes its link to a record that is not its own (A-07, A-10)."""

from collections.abc import Iterable

from homeroom.accounts.account import Account, Birth
from homeroom.roster.activation.model import Record
from homeroom.roster.activation.rules import copied_birth_date


def given_back(account: Account, record: Record, others: Iterable[Record]) -> Birth | None:
    """The birth date in force once the link to `record` is undone; None to leave it as it is.

    What other linked records say counts. Else what was before the link, if the date in force came by it: the roster
    said it, and the record is a student's. Carries out A-07, A-10.
    """
    if said := copied_birth_date(one for one in others if one.state != "archived"):
        return Birth(said, "roster")
    return record.before if record.student and account.birth_by == "roster" else None


def inherits(record: Record, other: Record) -> bool:
    """Whether what was before the link to `other` came from `record`, whose link is undone."""
    if not (other.before and other.since and record.since and record.before is not None):
        return False
    return other.since > record.since and other.before == Birth(copied_birth_date([record]), "roster")
