"""What linked accounts are by the rosters as they stand: roles, administrators, birth dates (A-07, S-03, G-02)."""

from collections.abc import Callable
from datetime import datetime

from homeroom.accounts.account import Account
from homeroom.accounts.model import RosterRight, Scope
from homeroom.accounts.store.links import LinkStore
from homeroom.roster.activation import rules
from homeroom.roster.activation.model import DistrictOf
from homeroom.roster.activation.store import FactStore


class RosterStanding:
    """Reads records at each request; an account's link opens them, and they say the rest."""

    def __init__(self, facts: FactStore, links: LinkStore, now: Callable[[], datetime]) -> None:
        self._facts, self._links, self._now = facts, links, now

    def right(self, account: str, district: str) -> RosterRight:
        """What its records let an account administer in a district now. Carries out S-03, S-14, P-08, G-02.

        Only live records count, and both ends of the link. What the roster once gave is kept, so that who has lost it
        is told so.
        """
        ends, was = self._links.administering(account, district)
        records = [one for one in self._facts.records(ends).values() if one.account == account]
        live = [one for one in records if one.state == "live" and (one.admin == "district" or one.admin_schools)]
        if not live:
            return RosterRight(ended=was)
        if not was:
            self._links.note_admin(account, district, self._now())
        whole = any(one.admin == "district" for one in live)
        schools = frozenset[str]().union(*(one.admin_schools for one in live))
        return RosterRight(Scope(account=account, district=district, whole=whole, schools=schools))

    def of(self, account: Account) -> tuple[Account, list[DistrictOf]]:
        """The districts that an account is linked to, by id, and the account with the birth date they now give it.

        While linked the roster alone changes it (A-07): what it says now is taken over, and so is the district's time
        zone. A district that no longer says one leaves what it said last.
        """
        records = [one for one in self._facts.records(account.links).values() if one.account == account.id]
        places = self._facts.places(sorted({one.end.district for one in records}))
        told = rules.followed(account, records, places)
        if told != account and self._links.keep(account, told):
            account = told
        of_each = {name: tuple(one for one in records if one.end.district == name) for name in places}
        return account, [rules.district_of(place, of_each[name]) for name, place in sorted(places.items())]
