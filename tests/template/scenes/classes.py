"""A teacher's class from its beginning to its archive: students, invitations, codes, other teachers."""

from tests.support.people import Person
from tests.support.served import Served
from tests.template.scenes._people import ADA, BEN, done, own_class

TEACHER = Person.named("teacher")


def play(api: Served) -> None:
    """All that an owner does with a class."""
    place = own_class(api, TEACHER)
    done(api, "GET", "/classes", as_=TEACHER)
    done(api, "PATCH", place, {"name": "More mathematics"}, as_=TEACHER)
    invitations(api, place)
    for method, rest in (("POST", "/archive"), ("POST", "/restore"), ("DELETE", ""), ("GET", ""), ("GET", "/students")):
        done(api, method, place + rest, as_=TEACHER)


def invitations(api: Served, place: str) -> None:
    """Sent, sent again, listed, withdrawn."""
    asked = {"addresses": [ADA.address, BEN.address]}
    sent = done(api, "POST", f"{place}/invitations", asked, as_=TEACHER)["items"]
    assert {mail.to for mail in api.deliver()} == set(asked["addresses"])
    one = f"{place}/invitations/{sent[0]['invitation']}"
    done(api, "POST", f"{one}/resend", as_=TEACHER)
    done(api, "GET", f"{place}/invitations", as_=TEACHER)
    done(api, "DELETE", one, as_=TEACHER)
