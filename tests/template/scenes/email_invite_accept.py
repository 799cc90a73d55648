"""The invited: two accept, by the token of the mail and by the invitation's id, and one declines."""

from tests.support.people import Person
from tests.support.served import Served
from tests.template.scenes._people import ADA, BEN, CYD, done, grown_up, invited, own_class

TEACHER = Person.named("teacher")


def play(api: Served) -> None:
    """Each with their own invitation."""
    grown_up(api, ADA, BEN, CYD)
    tokens = invited(api, own_class(api, TEACHER), TEACHER, ADA, BEN, CYD)
    done(api, "POST", "/invitations/accept", {"token": tokens[ADA.address]}, as_=ADA)
    for person, answer in ((BEN, "accept"), (CYD, "decline")):
        (found,) = done(api, "GET", "/invitations", as_=person)["items"]
        done(api, "POST", f"/invitations/{found['id']}/{answer}", as_=person)
    newcomer(api)


def newcomer(api: Served) -> None:
    """Somebody who is nobody here before they look at their invitations, and comes back with another address."""
    new = Person.named("new")
    done(api, "GET", "/invitations", as_=new)
    done(api, "GET", "/invitations", as_=Person(new.account, "newer@people.example"))
