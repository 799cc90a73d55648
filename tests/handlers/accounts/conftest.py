"""The API on moto, and the events of the accounts function."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.people import Person
from tests.support.proxy import Answer, taken
from tests.support.served import Served, served

EVENTS = Path(__file__).parents[3] / "events"

Sent = Callable[..., Answer]


@pytest.fixture(scope="module")
def api():
    with served() as made:
        yield made


@pytest.fixture
def fresh(api: Served) -> Served:
    """The API, with nothing stored."""
    api.wipe()
    return api


@pytest.fixture
def sent(fresh: Served) -> Sent:
    """Sends the event of a case, from somebody; `body` takes the place of its own."""

    def sends(case: str, who: Person | None = None, body: object = None) -> Answer:
        event: dict[str, Any] = json.loads((EVENTS / f"accounts__{case}.json").read_text())
        if who is not None:
            claims = {"sub": who.account, "email": who.address, "email_verified": str(bool(who.verified)).lower()}
            event["requestContext"]["authorizer"]["claims"] |= claims
        if body is not None:
            event |= {"body": json.dumps(body), "isBase64Encoded": False}
        return taken(fresh.handler("AccountsFunction")(event, None))

    return sends
