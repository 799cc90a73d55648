"""The REST API: routes, authorizer, preflight, and what the gateway says by itself."""

import json
from typing import Any

import pytest

METHODS = {"get", "post", "patch", "put", "delete", "options", "x-amazon-apigateway-any-method"}
OPEN = {"/webhooks/clever"}  # the signature is the proof
ROUTES = {
    "/webhooks/clever": {"post"},
    "/districts/{district}": {"get", "patch"},
    "/districts/{district}/go-live": {"post"},
    "/districts/{district}/readiness": {"get"},
    "/districts/{district}/findings": {"get"},
    "/districts/{district}/summary": {"get"},
    "/districts/{district}/people/{person}/activation-mail": {"post"},
    "/districts/{district}/runs": {"get", "post"},
    "/districts/{district}/runs/{run}": {"get"},
    "/districts/{district}/runs/{run}/plan": {"get"},
    "/districts/{district}/runs/{run}/approve": {"post"},
    "/districts/{district}/runs/{run}/reject": {"post"},
    "/districts/{district}/runs/{run}/undo": {"post"},
}
STATUSES = {
    "BAD_REQUEST_BODY": "400", "UNAUTHORIZED": "401", "EXPIRED_TOKEN": "401", "ACCESS_DENIED": "403",
    "MISSING_AUTHENTICATION_TOKEN": "404", "RESOURCE_NOT_FOUND": "404", "REQUEST_TOO_LARGE": "413",
    "UNSUPPORTED_MEDIA_TYPE": "415", "THROTTLED": "429", "QUOTA_EXCEEDED": "429", "INTEGRATION_TIMEOUT": "504",
}  # fmt: skip


@pytest.fixture(scope="module")
def body(of_type) -> dict[str, Any]:
    return of_type("AWS::ApiGateway::RestApi")["Api"]["Body"]


@pytest.fixture(scope="module")
def stage(of_type) -> dict[str, Any]:
    return of_type("AWS::ApiGateway::Stage")["ApiStage"]


@pytest.fixture(scope="module")
def answers(body) -> dict[str, Any]:
    return body["x-amazon-apigateway-gateway-responses"]


def test_the_routes_are_these(body):
    """DESIGN, "HTTP API": a route that is not listed is not there."""
    assert {path: set(item) & METHODS - {"options"} for path, item in body["paths"].items()} == ROUTES


def test_every_route_wants_a_token(body):
    """X-01 begins here: no route of the API is open by accident."""
    for path, item in body["paths"].items():
        for method in ROUTES[path]:
            assert item[method]["security"] == [{"NONE" if path in OPEN else "People": []}], (method, path)


def test_every_route_has_a_preflight_without_token(body):
    """X-08: a browser sends no token with its preflight."""
    for path, item in body["paths"].items():
        assert item["options"]["security"] == [{"NONE": []}], path
        assert item["options"]["x-amazon-apigateway-integration"]["type"] == "aws_proxy", path
    assert set(body["components"]["securitySchemes"]) == {"People"}


@pytest.mark.parametrize("kind", [*STATUSES, "INVALID_SIGNATURE", "INTEGRATION_FAILURE", "DEFAULT_4XX", "DEFAULT_5XX"])
def test_the_gateways_own_answers_are_problems_that_browsers_may_read(answers, kind):
    """X-02 and X-08 for what never reaches a function."""
    headers = answers[kind]["responseParameters"]
    assert headers["gatewayresponse.header.Content-Type"] == "'application/problem+json'"
    assert headers["gatewayresponse.header.Access-Control-Allow-Origin"] == "'*'"
    problem = json.loads(answers[kind]["responseTemplates"]["application/json"])
    assert problem["type"] == f"urn:homeroom:problem:{problem['code']}"
    assert problem["request_id"] == "$context.requestId"
    assert problem["title"]
    assert problem["detail"]
    assert str(problem.get("status", "")) == answers[kind].get("statusCode", "")


def test_the_gateways_own_statuses(answers):
    """An unknown route is a 404, not AWS's 403 "Missing Authentication Token"."""
    assert {kind: answers[kind]["statusCode"] for kind in STATUSES} == STATUSES


def test_no_gateway_answer_names_the_inside(answers):
    """X-02: AWS's own message may name a function or a policy."""
    assert not [kind for kind, answer in answers.items() if "$context.error" in json.dumps(answer)]


def test_throttled_callers_are_told_when_to_come_back(answers):
    assert answers["THROTTLED"]["responseParameters"]["gatewayresponse.header.Retry-After"] == "'1'"


def test_bodies_arrive_as_bytes(body, of_type):
    """Signatures are reckoned over the raw body."""
    assert of_type("AWS::ApiGateway::RestApi")["Api"]["BinaryMediaTypes"] == ["*~1*"]
    assert body["x-amazon-apigateway-binary-media-types"] == ["*/*"]


def test_access_log_is_json_without_personal_data(stage):
    """X-05: no address, no agent, no path with ids, nothing of the token."""
    entry = json.loads(stage["AccessLogSetting"]["Format"])
    assert {"request_id", "route", "status", "latency_ms"} <= set(entry)
    for part in ("identity", "authorizer", "$context.path", "domain", "error.message"):
        assert part not in stage["AccessLogSetting"]["Format"]


def test_stage_is_throttled_measured_and_silent_about_bodies(stage):
    """One caller cannot use up the account's quota; execution logs would repeat requests (X-05)."""
    every, *_ = stage["MethodSettings"]
    assert (every["ResourcePath"], every["HttpMethod"]) == ("/*", "*")
    assert every["ThrottlingRateLimit"] > 0
    assert every["ThrottlingBurstLimit"] > 0
    assert every["MetricsEnabled"] is True
    assert (every["LoggingLevel"], every["DataTraceEnabled"]) == ("OFF", False)


def test_stage_waits_for_the_accounts_log_role(expanded):
    """A stage with an access log cannot be made in an account that has no role for it."""
    assert expanded["Api"]["DependsOn"] == "ApiAccount"
