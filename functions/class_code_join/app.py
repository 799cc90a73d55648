"""`GET /join/{code}` and `POST /join`: students join a class by its code (J-01 … J-09)."""

import json
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from homeroom.roster import joining
from homeroom.runtime import inbound, telemetry
from homeroom.runtime.answers import Answer, answer
from homeroom.runtime.auth import caller
from homeroom.runtime.cold import uncollected
from homeroom.runtime.quick import QuickApi
from homeroom.runtime.settings import settings

if TYPE_CHECKING:
    from homeroom.classes.service.entrance import Attempt

STATUSES = {
    "joined": HTTPStatus.CREATED, "waiting_for_guardian": HTTPStatus.ACCEPTED,
    "waiting_for_teacher": HTTPStatus.ACCEPTED,
}  # fmt: skip

app = QuickApi()
# Made once a process, on first use.
joins = lru_cache(maxsize=1)(uncollected(joining.joins))
previews = lru_cache(maxsize=1)(uncollected(joining.previews))


@app.route("GET", "/join/{code}")
def preview(event: Mapping[str, Any]) -> Answer:
    """Shows the class of a code to somebody who has signed in."""
    service = previews()
    card = service.preview(_attempt(event, str((event.get("pathParameters") or {}).get("code") or "")))
    return _json(HTTPStatus.OK, {"class": {"name": card.name, "teacher": card.teacher}})


@app.route("POST", "/join")
def join(event: Mapping[str, Any]) -> Answer:
    """Takes the caller into the class of a code, or says for whom they wait."""
    service = joins()
    joined = service.join(_attempt(event, inbound.only_text(event, "code")), f"request:{inbound.request_id(event)}")
    klass = {"id": joined.klass.text, "name": joined.name, "teacher": joined.teacher}
    return _json(STATUSES.get(joined.outcome, HTTPStatus.OK), {"outcome": joined.outcome, "class": klass})


def handler(event: dict[str, Any], _context: object) -> Answer:
    """Answers one request of API Gateway's."""
    try:
        return app.resolve(event)
    finally:
        telemetry.flush()


def _attempt(event: Mapping[str, Any], code: str) -> "Attempt":
    # The services bring it along.
    from homeroom.classes.service.entrance import Attempt  # noqa: PLC0415

    who = caller(event, settings().need("user_pool_client_id"))
    address = str((event["requestContext"].get("identity") or {}).get("sourceIp") or "")
    return Attempt(who, code, address, settings().clock().now())


def _json(status: HTTPStatus, body: object) -> Answer:
    return answer(status, json.dumps(body), {"Content-Type": "application/json"})
