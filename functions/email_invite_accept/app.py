"""`/invitations…`: the invited accept or decline, each their own invitation (I-02 … I-07)."""

import json
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from homeroom.classes import wiring
from homeroom.classes.service import told
from homeroom.classes.service.asked import Asked
from homeroom.runtime import inbound, telemetry
from homeroom.runtime.answers import Answer, answer
from homeroom.runtime.auth import caller
from homeroom.runtime.cold import uncollected
from homeroom.runtime.pages import page_limit
from homeroom.runtime.quick import QuickApi
from homeroom.runtime.settings import settings

app = QuickApi()
# Made once a process, on first use.
accepting = lru_cache(maxsize=1)(uncollected(wiring.accepting))
receiving = lru_cache(maxsize=1)(uncollected(wiring.receiving))


@app.route("GET", "/invitations")
def received(event: Mapping[str, Any]) -> Answer:
    """A page of the caller's open invitations."""
    asked, query = _asked(event), event.get("queryStringParameters") or {}
    limit = page_limit(query.get("limit"))
    return _json(told.received(receiving().page(asked.caller, asked.now, limit, query.get("cursor"))))


@app.route("POST", "/invitations/{invitation}/accept")
def accept(event: Mapping[str, Any]) -> Answer:
    """Accepts an invitation to one of the caller's own addresses."""
    return _json(told.accepted(accepting().accept(_named(event), _asked(event))))


@app.route("POST", "/invitations/{invitation}/decline")
def decline(event: Mapping[str, Any]) -> Answer:
    """Declines one."""
    accepting().decline(_named(event), _asked(event))
    return answer(HTTPStatus.NO_CONTENT)


@app.route("POST", "/invitations/accept")
def accept_token(event: Mapping[str, Any]) -> Answer:
    """Accepts by the token of the mailed link."""
    asked = _asked(event)
    return _json(told.accepted(accepting().accept_token(inbound.only_text(event, "token"), asked)))


def handler(event: dict[str, Any], _context: object) -> Answer:
    """Answers one request of API Gateway's."""
    try:
        return app.resolve(event)
    finally:
        telemetry.flush()


def _asked(event: Mapping[str, Any]) -> Asked:
    who = caller(event, settings().need("user_pool_client_id"))
    return Asked(who, settings().clock().now(), f"request:{inbound.request_id(event)}")


def _named(event: Mapping[str, Any]) -> str:
    return str((event.get("pathParameters") or {}).get("invitation") or "")


def _json(body: dict[str, Any]) -> Answer:
    waits = body.get("outcome") == "waiting_for_guardian"
    status = HTTPStatus.ACCEPTED if waits else HTTPStatus.OK
    return answer(status, json.dumps(body), {"Content-Type": "application/json"})
