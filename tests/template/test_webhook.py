"""The webhook as it is deployed: its route, its secret, its queues, and who may touch them (W-01, W-02, W-05)."""

import json

import pytest

from homeroom.roster.webhook import rules
from tests.support.template import ROOT

QUEUES = ("NoticesQueue", "NoticesDeadLetters")
RESOURCE = "/~1webhooks~1clever"


def arn(name):
    return {"Fn::GetAtt": [name, "Arn"]}


def test_w02_the_secret_opens_nothing_until_an_operator_sets_it(source):
    made = source["Resources"]["WebhookSecret"]["Properties"]["GenerateSecretString"]
    kept = json.loads(made["SecretStringTemplate"]) | {made["GenerateStringKey"]: "x" * made["PasswordLength"]}
    assert made["GenerateStringKey"] != "secrets"
    assert rules.keys(json.dumps(kept)) == ()


def test_w02_the_webhook_alone_reads_its_secret(of_type):
    readers = {name for name, role in of_type("AWS::IAM::Role").items() if "WebhookSecret" in json.dumps(role)}
    assert readers == {"CleverWebhookRole"}
    knowing = {name for name, function in of_type("AWS::Lambda::Function").items()
               if "WEBHOOK_SECRET_ARN" in function["Environment"]["Variables"]}  # fmt: skip
    assert knowing == {"CleverWebhookFunction"}


def test_the_route_is_open_and_throttled_apart_from_the_others(of_type):
    """Anybody may knock: they shall not use up what people who are signed in need."""
    api = of_type("AWS::ApiGateway::RestApi")["Api"]["Body"]
    assert api["paths"]["/webhooks/clever"]["post"]["security"] == [{"NONE": []}]
    settings = {one["ResourcePath"]: one for one in of_type("AWS::ApiGateway::Stage")["ApiStage"]["MethodSettings"]}
    assert {"/*", RESOURCE} <= set(settings)
    assert settings[RESOURCE]["HttpMethod"] == "POST"
    for limit in ("ThrottlingRateLimit", "ThrottlingBurstLimit"):
        assert settings[RESOURCE][limit] <= settings["/*"][limit] / 2
    # A setting of a method's own takes the place of the stage's: it must say all that the stage's says.
    said = {"MetricsEnabled", "LoggingLevel", "DataTraceEnabled"}
    assert {name: settings[RESOURCE][name] for name in said} == {name: settings["/*"][name] for name in said}


@pytest.mark.parametrize("name", QUEUES)
def test_x05_queues_are_encrypted_and_speak_tls_only(of_type, name):
    assert of_type("AWS::SQS::Queue")[name]["SqsManagedSseEnabled"] is True
    policy = of_type("AWS::SQS::QueuePolicy")[f"{name}Policy"]
    assert policy["Queues"] == [{"Ref": name}]
    (deny,) = policy["PolicyDocument"]["Statement"]
    assert (deny["Effect"], deny["Principal"], deny["Action"]) == ("Deny", "*", "sqs:*")
    assert deny["Resource"] == arn(name)
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_w05_a_notice_comes_back_five_times_and_then_waits_for_a_person(of_type):
    queues = of_type("AWS::SQS::Queue")
    redrive = queues["NoticesQueue"]["RedrivePolicy"]
    assert redrive == {"deadLetterTargetArn": arn("NoticesDeadLetters"), "maxReceiveCount": 5}
    worker = of_type("AWS::Lambda::Function")["RosterNoticeFunction"]
    assert queues["NoticesQueue"]["VisibilityTimeout"] >= 6 * worker["Timeout"]
    assert queues["NoticesDeadLetters"]["MessageRetentionPeriod"] == 14 * 24 * 3600
    # A dead letter's days are counted from when it was first sent.
    assert queues["NoticesQueue"]["MessageRetentionPeriod"] <= 4 * 24 * 3600


def test_w05_only_what_failed_of_a_batch_comes_back(of_type):
    mappings = of_type("AWS::Lambda::EventSourceMapping").values()
    (mapping,) = (one for one in mappings if one["FunctionName"] == {"Ref": "RosterNoticeFunction"})
    assert mapping["EventSourceArn"] == arn("NoticesQueue")
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@pytest.mark.parametrize(
    ("alarm", "queue", "metric", "threshold"),
    [
        ("NoticesDeadLettersAlarm", "NoticesDeadLetters", "ApproximateNumberOfMessagesVisible", 0),
        ("NoticesWaitingAlarm", "NoticesQueue", "ApproximateAgeOfOldestMessage", 600),
    ],
)
def test_w05_somebody_is_told_of_notices_that_failed_or_wait(of_type, alarm, queue, metric, threshold):
    found = of_type("AWS::CloudWatch::Alarm")[alarm]
    assert (found["MetricName"], found["Threshold"], found["Statistic"]) == (metric, threshold, "Maximum")
    assert found["Dimensions"] == [{"Name": "QueueName", "Value": {"Fn::GetAtt": [queue, "QueueName"]}}]


def test_the_function_answers_long_before_the_gateway_gives_up(of_type):
    assert of_type("AWS::Lambda::Function")["CleverWebhookFunction"]["Timeout"] <= 15


def test_the_handler_is_small():
    """DESIGN: a function's file parses, calls a service, answers."""
    assert len((ROOT / "functions/clever_webhook/app.py").read_text(encoding="utf-8").splitlines()) <= 60
