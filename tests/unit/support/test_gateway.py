"""The gateway of the tests does to a request what API Gateway does."""

import base64
import json
from datetime import UTC, datetime, timedelta
from wsgiref.util import setup_testing_defaults

import pytest

from tests.support import people
from tests.support.gateway import Gateway, routes
from tests.support.people import Machine, Person
from tests.support.proxy import MalformedAnswer
from tests.support.template import load

NOW = datetime(2026, 9, 15, 15, 0, tzinfo=UTC)
ADA = Person.named("ada")


def api(method: str, path: str, **auth: object) -> dict:
    return {"Type": "Api", "Properties": {"Method": method, "Path": path, "Auth": auth}}


@pytest.fixture(scope="module")
def template() -> dict:
    """The gateway's own answers as deployed, around routes of our own."""
    events = {
        "Class": api("GET", "/classes/{class}"),
        "Students": api("PATCH", "/classes/{class}/students"),
        "Mine": api("GET", "/classes/mine"),
        "Open": api("POST", "/open", Authorizer="NONE"),
        "Preflight": api("OPTIONS", "/classes/{class}", Authorizer="NONE"),
        "Machine": api("GET", "/accounts/{account}", AuthorizationScopes=["homeroom/permissions.read"]),
        "Stream": {"Type": "DynamoDB", "Properties": {}},
    }
    echo = {"Type": "AWS::Serverless::Function", "Properties": {"Events": events}}
    return {"Resources": {"Api": load()["Resources"]["Api"], "Echo": echo}}


class Echo:
    """A function that keeps the event and answers what it is told to."""

    def __init__(self) -> None:
        self.event: dict = {}
        self.says: object = {"statusCode": 200, "multiValueHeaders": {"Vary": ["Origin", "Accept"]}, "body": "{}"}

    def __call__(self, event: dict, _: object) -> object:
        self.event = event
        return self.says


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def gateway(template, echo) -> Gateway:
    return Gateway(template, lambda function: {"Echo": echo}[function], lambda: NOW)


def test_the_templates_routes_are_known():
    """Each with whether it wants a token: the webhook and preflights alone do without."""
    found = {(route.method, route.path): route for route in routes(load())}
    assert found["POST", "/districts/{district}/runs"].guarded
    assert not found["POST", "/webhooks/clever"].guarded
    assert not found["OPTIONS", "/districts/{district}/runs"].guarded


def test_an_event_says_who_where_and_what(gateway, echo):
    answer = gateway.call(
        "PATCH",
        "/classes/a%2Fb%20c/students?limit=2&kind=x&kind=%C3%A9",
        {"name": "Ä"},
        as_=ADA,
        source_ip="203.0.113.9",
    )
    assert (answer.status, answer.body, answer.headers["vary"]) == (200, {}, "Origin,Accept")
    event = echo.event
    assert (event["resource"], event["path"]) == ("/classes/{class}/students", "/classes/a%2Fb%20c/students")
    assert event["pathParameters"] == {"class": "a/b c"}
    assert event["queryStringParameters"] == {"limit": "2", "kind": "é"}
    assert event["multiValueQueryStringParameters"] == {"limit": ["2"], "kind": ["x", "é"]}
    assert event["isBase64Encoded"]
    assert json.loads(base64.b64decode(event["body"])) == {"name": "Ä"}
    assert event["requestContext"]["identity"]["sourceIp"] == event["headers"]["X-Forwarded-For"] == "203.0.113.9"
    assert event["requestContext"]["requestId"]


def test_claims_are_texts_as_cognito_and_the_gateway_give_them(gateway, echo):
    gateway.call("GET", "/classes/c1", as_=ADA)
    claims = echo.event["requestContext"]["authorizer"]["claims"]
    assert claims["email_verified"] == "true"
    assert claims["exp"] == "Tue Sep 15 16:00:00 UTC 2026"
    assert (claims["sub"], claims["aud"], claims["token_use"]) == (ADA.account, people.CLIENT, "id")
    gateway.call("GET", "/classes/c1", as_=Person.named("eve", verified=False))
    assert echo.event["requestContext"]["authorizer"]["claims"]["email_verified"] == "false"
    gateway.call("GET", "/classes/c1", as_=Person.named("kim", verified=None, provider="Clever", subject="5f01"))
    claims = echo.event["requestContext"]["authorizer"]["claims"]
    assert "email_verified" not in claims
    assert claims["cognito:username"] == "clever_5f01"
    assert json.loads(claims["identities"])["userId"] == "5f01"


def test_a_request_without_body_or_query_has_none(gateway, echo):
    gateway.call("GET", "/classes/c1", as_=ADA)
    event = echo.event
    assert (event["body"], event["isBase64Encoded"], event["queryStringParameters"]) == (None, False, None)


@pytest.mark.parametrize(
    ("path", "resource"),
    [("/classes/mine", "/classes/mine"), ("/classes/mine2", "/classes/{class}"), ("/classes/c1/", "/classes/{class}")],
)
def test_what_is_written_out_comes_before_a_parameter(gateway, echo, path, resource):
    assert gateway.call("GET", path, as_=ADA).status == 200
    assert echo.event["resource"] == resource


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/nowhere"), ("GET", "/classes/c1/x"), ("GET", "/classes/"), ("DELETE", "/classes/c1"),
     ("HEAD", "/classes/c1"), ("GET", "/open"), ("GET", "/classes//students")],
)  # fmt: skip
@pytest.mark.parametrize("who", [None, ADA])
def test_no_route_is_the_gateways_own_404(gateway, echo, method, path, who):
    answer = gateway.call(method, path, as_=who)
    assert (answer.status, answer.code, echo.event) == (404, "not_found", {})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["access-control-allow-origin"] == "*"


OLD = people.token(ADA.claims(NOW - timedelta(hours=1)))
FRESH = people.token(ADA.claims(NOW))


@pytest.mark.parametrize(
    "sent",
    ["", "Bearer", "Bearer x.y.z", f"Bearer {FRESH[:-1]}", f"Bearer {OLD}", f"Bearer {people.token(ADA.access(NOW))}",
     f"Bearer {people.token(Machine().claims(NOW))}", f"Bearer {people.token(ADA.claims(NOW) | {'iss': 'https://else'})}"],
)  # fmt: skip
def test_no_good_token_is_the_gateways_own_401(gateway, echo, sent):
    """X-01: none, nonsense, forged, expired, an access token, a machine's, another pool's."""
    answer = gateway.call("GET", "/classes/c1", headers={"authorization": sent} if sent else None)
    assert (answer.status, answer.code, echo.event) == (401, "unauthorized", {})
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_token_may_come_without_the_word_bearer(gateway):
    assert gateway.call("GET", "/classes/c1", headers={"Authorization": FRESH}).status == 200


@pytest.mark.parametrize("who", [None, ADA, Machine(scopes=()), Machine(scopes=("homeroom/progress.write",))])
def test_a_machines_route_takes_the_scope_alone(gateway, echo, who):
    """A-06: neither people nor machines with another scope."""
    assert gateway.call("GET", "/accounts/a1", as_=who).status == 401
    assert echo.event == {}
    assert gateway.call("GET", "/accounts/a1", as_=Machine()).status == 200
    assert echo.event["requestContext"]["authorizer"]["claims"]["token_use"] == "access"


def test_preflights_and_open_routes_want_no_token_and_bring_no_claims(gateway, echo):
    """X-08."""
    assert gateway.call("OPTIONS", "/classes/c1").status == 200
    assert gateway.call("POST", "/open", {}, as_=ADA).status == 200
    assert "authorizer" not in echo.event["requestContext"]


def test_ten_megabytes_are_the_most(gateway, echo):
    answer = gateway.call("POST", "/open", b"x" * (10 * 1024 * 1024 + 1))
    assert (answer.status, answer.code, echo.event) == (413, "payload_too_large", {})


@pytest.mark.parametrize(
    "says",
    [None, {}, {"statusCode": "200"}, {"statusCode": 200, "body": {}},
     {"statusCode": 200, "multiValueHeaders": {"A": [1]}}, {"statusCode": 200, "status": 1}],
)  # fmt: skip
def test_what_the_gateway_could_not_pass_on_is_a_defect(gateway, echo, says):
    """Deployed it would be a 502 that says nothing."""
    echo.says = says
    with pytest.raises(MalformedAnswer):
        gateway.call("POST", "/open")


def test_http_clients_can_use_it_at_the_stages_path(gateway, echo):
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/v1/classes/a b",
        "QUERY_STRING": "limit=1",
        "HTTP_AUTHORIZATION": FRESH,
    }
    setup_testing_defaults(environ)
    told = []
    body = b"".join(gateway.wsgi(environ, lambda status, headers: told.append((status, dict(headers)))))
    assert (body, told) == (b"{}", [("200 OK", {"content-type": "application/json", "vary": "Origin,Accept"})])
    assert echo.event["pathParameters"] == {"class": "a b"}
    assert echo.event["queryStringParameters"] == {"limit": "1"}
    gateway.wsgi(environ | {"PATH_INFO": "/classes/c1"}, lambda status, _: told.append(status))
    assert told[-1] == "404 Not Found"
