"""Who the scenes are about, and what more than one of them begins with."""

from typing import Any

from tests.support.people import Person
from tests.support.served import Served

ADA, BEN, CYD, DAN = (Person.named(name) for name in ("ada", "ben", "cyd", "dan"))


def done(api: Served, method: str, path: str, body: object = None, *, as_: Any = None, **more: Any) -> Any:
    """The body of an answer that is a success."""
    answer = api.call(method, path, body, as_=as_, **more)
    assert answer.status < 300, (method, path, answer.status, answer.body)
    return answer.body


def own_class(api: Served, teacher: Person, name: str = "Mathematics") -> str:
    """The path of a class that the teacher makes."""
    return f"/classes/{done(api, 'POST', '/classes', {'name': name}, as_=teacher)['id']}"


def grown_up(api: Served, *people: Person) -> None:
    """Have them state a birth date, so that nobody waits for a guardian."""
    for person in people:
        done(api, "PATCH", "/me", {"birth_date": "1990-05-17"}, as_=person)


def mailed(api: Served) -> dict[str, str]:
    """The secrets in the mails that go out now, by address."""
    return {mail.to: mail.links()[0].partition("token=")[2] for mail in api.deliver()}


def invited(api: Served, klass: str, teacher: Person, *people: Person) -> dict[str, str]:
    """Have people invited to a class; the secrets that were mailed to them, by address."""
    done(api, "POST", f"{klass}/invitations", {"addresses": [person.address for person in people]}, as_=teacher)
    return mailed(api)
