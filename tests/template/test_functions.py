"""The functions as they are deployed."""

import re
from collections import Counter

import pytest

from tests.support.gateway import routes
from tests.support.template import ROOT

FUNCTION = "AWS::Lambda::Function"
CONTROL = "RosterControlFunction"
STARTERS = {"RosterDispatchFunction", "RosterNoticeFunction", "DistrictAdminFunction", CONTROL}
# Of a statement of a function's policy, all but the names of stack, function, permission and route; random parts in it.
STATEMENT = len(
    '{"Sid":"-1A2B3C4D5E6F","Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},"Action":'
    '"lambda:InvokeFunction","Resource":"arn:aws:lambda:ap-southeast-2:123456789012:function:-1A2B3C4D5E6F","Condition":'
    '{"ArnLike":{"AWS:SourceArn":"arn:aws:execute-api:ap-southeast-2:123456789012:a1b2c3d4e5/*"}}},'
)
STACK_NAME, LONGEST_POLICY = "x" * 40, 20_000
STATES = "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine"


def test_the_functions_are_these(of_type):
    """A function more or less is a decision, not an accident."""
    assert {name: (function["Handler"], function["Timeout"]) for name, function in of_type(FUNCTION).items()} == {
        "RosterDispatchFunction": ("app.dispatch", 120),
        "RosterDiscoverFunction": ("app.discover", 120),
        "RosterControlFunction": ("app.control", 30),
        "RosterFetchFunction": ("app.fetch", 900),
        "RosterPlanFunction": ("app.plan", 900),
        "RosterApplyFunction": ("app.apply", 120),
        "DistrictAdminFunction": ("app.handler", 29),
        "OutboxMailerFunction": ("app.handler", 60),
        "CleverWebhookFunction": ("app.handler", 15),
        "RosterNoticeFunction": ("app.notice", 30),
        "AccountsFunction": ("app.handler", 29),
        "ClassesFunction": ("app.handler", 29),
        "ClassCodeJoinFunction": ("app.handler", 29),
        "EmailInviteAcceptFunction": ("app.handler", 29),
    }


def test_every_handler_exists(source):
    """A handler that is not there is found out at the first call, by a user."""
    for name, resource in source["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            module, function = resource["Properties"]["Handler"].split(".")
            code = (ROOT / resource["Properties"]["CodeUri"] / f"{module}.py").read_text(encoding="utf-8")
            assert re.search(rf"^(def )?{function}\b", code, re.MULTILINE), name


def test_architecture_and_runtime_follow_the_parameters(of_type):
    """The layer's wheels and bytecode are for one processor and one Python; a function with another would not start."""
    for name, function in of_type(FUNCTION).items():
        assert function["Architectures"] == [{"Ref": "Architecture"}], name
        assert function["Runtime"] == {"Ref": "Runtime"}, name
        assert len(function["Layers"]) == 1, name


def test_api_functions_answer_before_the_gateway_gives_up(of_type, source):
    """API Gateway waits 29 s; a function that went on would work for nobody."""
    asked = {route.function for route in routes(source)}
    assert {"DistrictAdminFunction", "AccountsFunction", "ClassCodeJoinFunction"} <= asked
    assert all(of_type(FUNCTION)[name]["Timeout"] <= 29 for name in asked)


def test_a_functions_policy_has_room_for_its_routes(of_type):
    """Lambda takes 20 KB, with a statement for each route: one that is too long is found out on AWS alone, and late."""
    sizes: Counter[str] = Counter()
    for name, permission in of_type("AWS::Lambda::Permission").items():
        function, place = permission["FunctionName"]["Ref"], permission["SourceArn"]
        path = place["Fn::Sub"][0].partition("${__Stage__}")[2] if "Fn::Sub" in place else ""
        sizes[function] += STATEMENT + len(f"{STACK_NAME}-{name}{STACK_NAME}-{function}{path}")
    assert sizes["ClassesFunction"] > 5000
    assert {name: size for name, size in sizes.items() if size > LONGEST_POLICY} == {}


def test_what_is_off_by_default_is_known_where_it_counts_b_01_b_02(of_type, source):
    """Transfer and co-teachers of independent classes: off, unless the deployment says so."""
    for parameter, variable, knowing in (
        ("ClassTransfer", "CLASS_TRANSFER", {"ClassesFunction"}),
        (
            "IndependentCoTeaching",
            "INDEPENDENT_CO_TEACHING",
            {"AccountsFunction", "ClassesFunction", "EmailInviteAcceptFunction"},
        ),
    ):
        assert (source["Parameters"][parameter]["Default"], set(source["Parameters"][parameter]["AllowedValues"])) == (
            "off", {"on", "off"},
        )  # fmt: skip
        given = {
            name: function["Environment"]["Variables"].get(variable) for name, function in of_type(FUNCTION).items()
        }
        assert {name: value for name, value in given.items() if value} == {name: {"Ref": parameter} for name in knowing}


def test_every_log_group_has_an_end(of_type):
    """A group that Lambda makes by itself keeps its logs for ever; each function names its own."""
    groups = of_type("AWS::Logs::LogGroup")
    assert all(group["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups.values())
    assert all(group["KmsKeyId"] == {"Fn::GetAtt": ["DataKey", "Arn"]} for group in groups.values())
    named = [function["LoggingConfig"]["LogGroup"]["Ref"] for function in of_type(FUNCTION).values()]
    assert len(set(named)) == len(named)
    assert set(named) <= set(groups)


def test_only_the_starters_know_the_state_machines(of_type):
    """The machines name control, so that its naming them would be a circle that cannot be deployed: it has their
    names, as they are given to them.
    """
    functions, machines = of_type(FUNCTION), of_type("AWS::StepFunctions::StateMachine")
    for variable, machine, knowing in (
        ("ROSTER_STATE_MACHINE_ARN", "RosterStateMachine", STARTERS),
        ("HOLD_STATE_MACHINE_ARN", "RosterHoldStateMachine", {CONTROL}),
    ):
        given = {name: function["Environment"]["Variables"].get(variable) for name, function in functions.items()}
        assert {name for name, value in given.items() if value} == knowing
        name = machines[machine]["StateMachineName"]["Fn::Sub"]
        assert given.pop(CONTROL) == {"Fn::Sub": f"{STATES}:{name}"}
        assert {value["Ref"] for value in given.values() if value} <= {machine}


@pytest.mark.parametrize(
    "variable",
    [
        "DISTRICTS_TABLE", "CLASSES_TABLE", "USERS_TABLE", "OUTBOX_TABLE", "TRANSIENT_TABLE", "ROSTER_BUCKET",
        "CLEVER_SECRET_ARN", "CLEVER_API_URL", "CLEVER_AUTH_URL", "CLEVER_API_VERSION", "CLEVER_PAGE_SIZE",
        "CLEVER_TIMEOUT_SECONDS", "FROZEN_TODAY", "ALLOWED_ORIGINS", "USER_POOL_CLIENT_ID", "POWERTOOLS_SERVICE_NAME",
        "POWERTOOLS_METRICS_NAMESPACE", "LOG_LEVEL",
    ],
)  # fmt: skip
def test_every_function_has_the_variable(of_type, variable):
    """homeroom.runtime.settings reads them in every function."""
    assert all(variable in function["Environment"]["Variables"] for function in of_type(FUNCTION).values())


def test_tracing_is_a_parameter(of_type, source):
    """Off unless asked for; the rule that wants it always on is suppressed because of this."""
    assert all(function["TracingConfig"]["Mode"] == {"Ref": "Tracing"} for function in of_type(FUNCTION).values())
    assert source["Parameters"]["Tracing"]["AllowedValues"] == ["Active", "PassThrough"]


def test_asynchronous_calls_are_not_lost(of_type):
    """Scheduled ticks and stopped runs arrive as events: one that keeps failing goes to the dead-letter queue."""
    configured = of_type("AWS::Lambda::EventInvokeConfig").values()
    assert {config["FunctionName"]["Ref"] for config in configured} == {
        "RosterDispatchFunction",
        "RosterDiscoverFunction",
        "RosterControlFunction",
    }
    for config in configured:
        target = config["DestinationConfig"]["OnFailure"]["Destination"]
        assert target == {"Fn::GetAtt": ["RosterDeadLetters", "Arn"]}


def test_no_alias_serves_an_older_layer(source):
    """SAM publishes no new version when only the layer changes: an alias would keep serving yesterday's code."""
    for name, resource in source["Resources"].items():
        assert "AutoPublishAlias" not in resource.get("Properties", {}), name
