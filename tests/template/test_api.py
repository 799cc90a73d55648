"""The REST API: routes, authorizer, preflight, and what the gateway says by itself."""

import json
from typing import Any

import pytest

METHODS = {"get", "post", "patch", "put", "delete", "options", "x-amazon-apigateway-any-method"}
# Where the proof is not a token of the pool: a signature; a mailed secret, of somebody who has no account (J-09).
OPEN = {"/webhooks/clever", "/guardian-approvals"}
# For machines alone, each with its scope.
SCOPED = {"/accounts/{account}/permissions": "homeroom/permissions.read"}
ROUTES = {
    "/webhooks/clever": {"post"},
    "/districts/{district}": {"get", "patch"},
    "/districts/{district}/go-live": {"post"},
    "/districts/{district}/readiness": {"get"},
    "/districts/{district}/findings": {"get"},
    "/districts/{district}/summary": {"get"},
    "/districts/{district}/people/{person}": {"get", "patch"},
    "/districts/{district}/people/{person}/link": {"post", "delete"},
    "/districts/{district}/people/{person}/activation-mail": {"post"},
    "/districts/{district}/runs": {"get", "post"},
    "/districts/{district}/runs/{run}": {"get"},
    "/districts/{district}/runs/{run}/plan": {"get"},
    "/districts/{district}/runs/{run}/approve": {"post"},
    "/districts/{district}/runs/{run}/reject": {"post"},
    "/districts/{district}/runs/{run}/undo": {"post"},
    "/me": {"get", "patch"},
    "/me/aliases": {"post"},
    "/me/guardian": {"post"},
    "/me/coaches": {"get"},
    "/me/coaches/{account}": {"delete"},
    "/me/classes": {"get"},
    "/me/classes/{class}": {"delete"},
    "/activations": {"post"},
    "/activations/confirm": {"post"},
    "/guardian-approvals": {"post"},
    "/accounts/{account}/permissions": {"get"},
    "/classes": {"get", "post"},
    "/classes/{class}": {"get", "patch", "delete"},
    "/classes/{class}/archive": {"post"},
    "/classes/{class}/restore": {"post"},
    "/classes/{class}/students": {"get"},
    "/classes/{class}/students/{account}": {"delete"},
    "/classes/{class}/code": {"post"},
    "/classes/{class}/joins": {"get"},
    "/classes/{class}/joins/{account}/approve": {"post"},
    "/classes/{class}/joins/{account}/reject": {"post"},
    "/classes/{class}/invitations": {"get", "post"},
    "/classes/{class}/invitations/{invitation}": {"delete"},
    "/classes/{class}/invitations/{invitation}/resend": {"post"},
    "/classes/{class}/teachers": {"get", "post"},
    "/classes/{class}/teachers/{account}": {"delete"},
    "/classes/{class}/transfer": {"post"},
    "/transfers/{transfer}/accept": {"post"},
    "/classes/{class}/admin-access": {"post", "delete"},
    "/join": {"post"},
    "/join/{code}": {"get"},
    "/invitations": {"get"},
    "/invitations/accept": {"post"},
    "/invitations/{invitation}/accept": {"post"},
    "/invitations/{invitation}/decline": {"post"},
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
            wanted = {"NONE": []} if path in OPEN else {"People": [SCOPED[path]] if path in SCOPED else []}
            assert item[method]["security"] == [wanted], (method, path)


def test_machines_routes_ask_for_scopes_that_there_are_a_06(of_type):
    """A scope that no client can have would lock everybody out; one that is not asked for would let people in."""
    (server,) = of_type("AWS::Cognito::UserPoolResourceServer").values()
    known = {f"{server['Identifier']}/{scope['ScopeName']}" for scope in server["Scopes"]}
    assert set(SCOPED.values()) <= known


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/join"), ("GET", "/join/{code}"), ("POST", "/guardian-approvals")]
)
def test_what_is_guessed_at_is_throttled_apart_from_the_others_j_04(stage, method, path):
    """Whoever tries codes or mailed tokens by the thousand shall not use up what the others need."""
    settings = {(one["HttpMethod"], one["ResourcePath"]): one for one in stage["MethodSettings"]}
    every, own = settings["*", "/*"], settings[method, "/" + path.replace("/", "~1")]
    for limit in ("ThrottlingRateLimit", "ThrottlingBurstLimit"):
        assert own[limit] <= every[limit] / 2
    said = ("MetricsEnabled", "LoggingLevel", "DataTraceEnabled")
    assert {name: own[name] for name in said} == {name: every[name] for name in said}


def test_settings_of_methods_are_of_methods_that_there_are(stage, body):
    """A setting of a route that is not there throttles nothing and says nothing."""
    for one in stage["MethodSettings"][1:]:
        path = one["ResourcePath"].removeprefix("/").replace("~1", "/")
        assert one["HttpMethod"].lower() in body["paths"][path], one


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
    waits = {"Fn::If": ["CreatesApiGatewayLogRole", {"Ref": "ApiAccount"}, {"Ref": "AWS::NoValue"}]}
    assert expanded["Api"]["Metadata"]["WaitsFor"] == waits
    assert expanded["ApiStage"]["Properties"]["RestApiId"] == {"Ref": "Api"}


def test_nothing_depends_on_what_may_not_be_made(expanded):
    """CloudFormation finds no such resource where its condition does not hold, and refuses the whole template."""
    conditional = {name for name, resource in expanded.items() if "Condition" in resource}
    for name, resource in expanded.items():
        found = resource.get("DependsOn", [])
        assert not conditional.intersection([found] if isinstance(found, str) else found), name


def test_the_mail_identity_outlives_the_stack(source):
    """Another stack may send by it (`MailFromIdentity`), and so may the user pool, which is kept."""
    kept = source["Resources"]["MailIdentity"]
    assert (kept.get("DeletionPolicy"), kept.get("UpdateReplacePolicy")) == ("Retain", "Retain")


def test_the_accounts_log_role_outlives_the_stack(source):
    """API Gateway goes on using it for every API of the account and region, and CloudFormation does not take the
    setting back: a deleted role would end the access logs of all of them, unnoticed.
    """
    for name in ("ApiLogRole", "ApiAccount"):
        kept = source["Resources"][name]
        assert (kept.get("DeletionPolicy"), kept.get("UpdateReplacePolicy")) == ("Retain", "Retain"), name
