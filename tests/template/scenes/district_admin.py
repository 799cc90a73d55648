"""An administrator looks at people of the roster, gives them addresses, links and unlinks them."""

from tests.support import taught
from tests.support.people import Person
from tests.support.rostered import Rostered
from tests.support.served import Served
from tests.template.scenes._people import ADA, BEN, done

HEAD = Person.named("head")


def play(api: Served) -> None:
    """One person who is linked by an alias that their account has verified, and one by the account's id."""
    roster = Rostered(taught.DISTRICT)
    roster.klass("k1", "s1", "s2")
    taught.administrator(HEAD)
    for person, who in ((ADA, "s1"), (BEN, "s2")):
        roster.person(who)
        done(api, "GET", "/me", as_=person)
    place = f"/districts/{taught.DISTRICT}/people"
    aliases(api, f"{place}/s1", ADA.address)
    done(api, "POST", f"{place}/s1/link", {"address": ADA.address}, as_=HEAD)
    done(api, "POST", f"{place}/s2/link", {"account": BEN.account}, as_=HEAD)
    done(api, "DELETE", f"{place}/s2/link", as_=HEAD)


def aliases(api: Served, person: str, kept: str) -> None:
    """Two are given, and one is taken back."""
    for given in ([kept, "s1@elsewhere.example"], [kept]):
        done(api, "PATCH", person, {"aliases": given}, as_=HEAD)
    done(api, "GET", person, as_=HEAD)
