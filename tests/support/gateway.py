"""The deployed API in this process: template.yaml's routes, authorizer and gateway responses around the handlers.

    answer = gateway.call("POST", "/join", {"code": "ABCD-EFGH"}, as_=Person.named("ada"))

What API Gateway does to a request is done here as it does it; `served` (tests/support/served.py) makes one on tables.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from tests.support import people
from tests.support.people import Caller
from tests.support.proxy import STAGE, Answer, Request, answer, event, taken

MOST_BYTES = 10 * 1024 * 1024
SOMEWHERE = "198.51.100.7"
FUNCTION = "AWS::Serverless::Function"

Handler = Callable[[dict[str, Any], Any], Any]


@dataclass(frozen=True, slots=True)
class Route:
    """A method of the API: the function behind it, whether it wants a token, and one of which scopes."""

    method: str
    path: str
    function: str
    guarded: bool
    scopes: tuple[str, ...] = ()


def routes(template: Mapping[str, Any]) -> list[Route]:
    """Every route of the template, preflights too, as it is written."""
    return [
        _route(name, one["Properties"])
        for name, found in template["Resources"].items()
        if found["Type"] == FUNCTION
        for one in found["Properties"].get("Events", {}).values()
        if one["Type"] == "Api"
    ]


def _route(function: str, given: Mapping[str, Any]) -> Route:
    auth = given.get("Auth", {})
    guarded = auth.get("Authorizer", "People") != "NONE"
    return Route(given["Method"].upper(), given["Path"], function, guarded, tuple(auth.get("AuthorizationScopes", ())))


class Gateway:
    """Dispatches requests. `handler` gives a function's handler by logical id, `now` is the gateway's clock."""

    def __init__(
        self, template: Mapping[str, Any], handler: Callable[[str], Handler], now: Callable[[], datetime]
    ) -> None:
        self.routes, self._handler, self._now = routes(template), handler, now
        # How each route has answered so far.
        self.answered: dict[tuple[str, str], set[int]] = {}
        self._own = template["Resources"]["Api"]["Properties"]["GatewayResponses"]
        # Segments that are written out come before parameters, as in API Gateway.
        self._paths = sorted({one.path for one in self.routes}, key=lambda path: [s[0] == "{" for s in _split(path)])
        self._by_key = {(one.method, one.path): one for one in self.routes}

    def call(
        self, method: str, path: str, body: object = None, *, as_: Caller | None = None,
        headers: Mapping[str, str] | None = None, source_ip: str = SOMEWHERE,
    ) -> Answer:  # fmt: skip
        """One request, by `as_` with a fresh token or by nobody; a body that is not bytes goes as JSON.

        `path` may carry a query. Raises what no handler may raise, and MalformedAnswer.
        """
        raw = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Accept": "application/json", "User-Agent": "tests/1.0"}
        if raw is not None:
            sent["Content-Type"] = "application/json"
        if as_ is not None:
            sent["Authorization"] = f"Bearer {people.token(as_.claims(self._now()))}"
        place, _, query = path.partition("?")
        given = dict(headers or {})
        replaced = {name.lower() for name in given}
        fields = {name: text for name, text in sent.items() if name.lower() not in replaced} | given
        return self.send(Request(method, place, query, fields, raw, source_ip, self._now()))

    def send(self, request: Request) -> Answer:
        """One request as it comes over the wire."""
        if len(request.body or b"") > MOST_BYTES:
            return self._answer("REQUEST_TOO_LARGE")
        place = self._found(request)
        if place is None:
            bearer = _header(request.headers, "authorization")
            return self._answer("INVALID_SIGNATURE" if bearer else "MISSING_AUTHENTICATION_TOKEN")
        route, names = place
        claims = None
        if route.guarded:
            claims = people.read(_header(request.headers, "authorization").removeprefix("Bearer "))
            if refusal := refused(claims, route.scopes, request.at):
                return self._answer(refusal)
        told = None if claims is None else people.flattened(claims)
        found = taken(self._handler(route.function)(event(request, route.path, names, told), None))
        self.answered.setdefault((route.method, route.path), set()).add(found.status)
        return found

    def wsgi(self, environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """The same as a WSGI application, at the stage's path: for HTTP clients in this process."""
        path = environ.get("REQUEST_URI") or quote(environ["PATH_INFO"].encode("latin-1"))
        place, query = path.partition("?")[0], environ.get("QUERY_STRING", "")
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else None
        place = place.removeprefix(f"/{STAGE}") if place.startswith(f"/{STAGE}/") else "/"
        source = environ.get("REMOTE_ADDR") or SOMEWHERE
        request = Request(environ["REQUEST_METHOD"], place, query, _headers(environ), body, source, self._now())
        found = self.send(request)
        start_response(f"{found.status} {HTTPStatus(found.status).phrase}", list(found.headers.items()))
        return [found.raw]

    def _found(self, request: Request) -> tuple[Route, dict[str, str]] | None:
        for path in self._paths:
            names = matched(path, request.path)
            if names is not None:
                # The first resource that fits is the one, whether or not it has the method.
                route = self._by_key.get((request.method, path))
                return (route, names) if route else None
        return None

    def _answer(self, kind: str) -> Answer:
        told = self._own[kind]
        headers = {name: text.strip("'") for name, text in told["ResponseParameters"]["Headers"].items()}
        text = told["ResponseTemplates"]["application/json"].replace("$context.requestId", "the-gateways-own-id")
        return answer(int(told["StatusCode"]), headers, text.encode())


def refused(claims: people.Claims | None, scopes: tuple[str, ...], at: datetime) -> str:
    """The gateway response to what the Cognito authorizer turns away; "" when it lets pass.

    A method without scopes takes id tokens alone, one with scopes access tokens with one of them. It does not look at
    the client: that is for the functions.
    """
    if claims is None or claims["iss"] != people.ISSUER:
        return "UNAUTHORIZED"
    if claims["exp"] <= at.timestamp():
        return "EXPIRED_TOKEN"
    if scopes:
        fits = claims["token_use"] == "access" and set(scopes) & set(claims.get("scope", "").split())
    else:
        fits = claims["token_use"] == "id"
    return "" if fits else "UNAUTHORIZED"


def matched(path: str, asked: str) -> dict[str, str] | None:
    """The values of a resource's parameters in a path, still encoded; None when it does not fit.

    API Gateway takes a slash at the end for nothing.
    """
    pattern = "".join(f"/(?P<{s[1:-1]}>[^/]+)" if s[0] == "{" else "/" + re.escape(s) for s in _split(path))
    found = re.fullmatch(f"{pattern}/?", asked)
    return found.groupdict() if found else None


def _split(path: str) -> list[str]:
    return path.strip("/").split("/")


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((text for key, text in headers.items() if key.lower() == name), "")


def _headers(environ: Mapping[str, Any]) -> dict[str, str]:
    sent = {key[5:]: text for key, text in environ.items() if key.startswith("HTTP_")}
    sent |= {key: environ[key] for key in ("CONTENT_TYPE",) if environ.get(key)}
    return {name.replace("_", "-").title(): text for name, text in sent.items()}
