"""What comes of an attempt to activate some people of a district, all of them in classes."""

from datetime import UTC, datetime

from homeroom.accounts.account import Account, LinkEnd
from homeroom.roster.activation.model import Claim, Evidence, Facts, Record
from homeroom.roster.activation.rules import decide

SOMEBODY = Account("a1", datetime(2026, 9, 15, tzinfo=UTC))


def record(entry, account=""):
    """The record of an entry of the roster."""
    end = LinkEnd("d1", entry.id)
    return Record(end, "live", frozenset(entry.roles), address=entry.address, account=account)


def facts(*records, active=False):
    """All of them claim their addresses."""
    claims = tuple(Claim(one.address, one.end) for one in records if one.address)
    known = {one.end: one for one in records}
    return Facts(claims, known, frozenset(known), active=active)


def outcomes(evidence, found):
    """Each decision as (verdict, reason)."""
    return [(one.verdict, one.reason) for one in decide(SOMEBODY, evidence, found)]


def by_address(entries, address):
    """What an account comes to that owns the address."""
    return outcomes(Evidence(frozenset({address})), facts(*map(record, entries)))
