"""The outbox's table, its stream, and the mailer behind it (I-06)."""

import json

import pytest

from homeroom.mail.model import DEAD_AFTER, GIVEN_UP_AFTER
from homeroom.mail.service import LONGEST_SECONDS
from tests.handlers.outbox_mailer.conftest import EVENTS, event

FUNCTION = "AWS::Lambda::Function"


@pytest.fixture
def source_mapping(of_type):
    (found,) = [
        one
        for one in of_type("AWS::Lambda::EventSourceMapping").values()
        if one["EventSourceArn"] == {"Fn::GetAtt": ["OutboxTable", "StreamArn"]}
    ]
    return found


def test_the_stream_carries_what_the_filter_looks_at(of_type):
    table = of_type("AWS::DynamoDB::Table")["OutboxTable"]
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    assert "GlobalSecondaryIndexes" not in table


def test_the_mailer_follows_the_stream_from_its_beginning(source_mapping):
    """LATEST would lose what is written while the mapping is being made."""
    assert source_mapping["FunctionName"] == {"Ref": "OutboxMailerFunction"}
    assert source_mapping["StartingPosition"] == "TRIM_HORIZON"


def matches(pattern, record):
    """Lambda's filters, as far as ours goes: every named part has one of the listed values."""
    return all(
        record.get(name) in wanted if isinstance(wanted, list) else matches(wanted, record.get(name) or {})
        for name, wanted in pattern.items()
    )


def test_the_filter_lets_new_messages_through_and_nothing_that_the_mailer_writes(source_mapping):
    """Else each mail would call the mailer three times; and an operator's word would call nobody."""
    (given,) = source_mapping["FilterCriteria"]["Filters"]
    pattern = json.loads(given["Pattern"])
    for path in EVENTS.glob("outbox_mailer__*.json"):
        for record in event(path.stem[15:])["Records"]:
            assert matches(pattern, record), path.stem
            for state in ("sending", "refused", "sent", "dropped", "failed", "unsure"):
                changed = json.loads(json.dumps(record))
                changed["eventName"] = "MODIFY"
                changed["dynamodb"]["NewImage"]["state"]["S"] = state
                assert not matches(pattern, changed), (path.stem, state)
    assert not matches(pattern, {"eventName": "REMOVE", "dynamodb": {"Keys": {}}})


def test_one_bad_message_holds_up_no_batch_and_none_is_lost_i_06(source_mapping):
    assert source_mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source_mapping["BisectBatchOnFunctionError"] is True
    assert source_mapping["DestinationConfig"]["OnFailure"]["Destination"] == {
        "Fn::GetAtt": ["OutboxDeadLetters", "Arn"]
    }


def test_operators_see_a_message_as_stuck_when_the_stream_has_given_it_up(source_mapping):
    """I-06: given up for its age alone: by a number of tries it would be sooner, and not listed until then."""
    assert source_mapping["MaximumRetryAttempts"] == -1
    assert source_mapping["MaximumRecordAgeInSeconds"] == GIVEN_UP_AFTER.total_seconds()


def test_nobody_is_taken_for_dead_while_they_may_be_sending_i_06(of_type):
    """A mailer lives no longer than its time-out; a second one looks only after that."""
    timeout = of_type(FUNCTION)["OutboxMailerFunction"]["Timeout"]
    assert LONGEST_SECONDS < timeout < DEAD_AFTER.total_seconds()


def test_dead_letters_of_mail_are_encrypted_and_kept(of_type):
    queue = of_type("AWS::SQS::Queue")["OutboxDeadLetters"]
    assert queue["SqsManagedSseEnabled"] is True
    assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_mail_that_waits_is_noticed_before_the_stream_forgets_it(of_type):
    """The stream keeps its records for a day."""
    alarm = of_type("AWS::CloudWatch::Alarm")["OutboxLagAlarm"]
    assert (alarm["MetricName"], alarm["Threshold"]) == ("IteratorAge", 3_600_000)


def test_who_may_send_is_a_parameter(of_type, source):
    assert of_type("AWS::SES::EmailIdentity")["MailIdentity"]["EmailIdentity"] == {"Ref": "MailFrom"}
    variables = of_type(FUNCTION)["OutboxMailerFunction"]["Environment"]["Variables"]
    assert variables["MAIL_FROM"] == {"Ref": "MailFrom"}
    assert variables["FRONT_END_URL"] == {"Ref": "FrontEndUrl"}
    assert source["Parameters"]["MailFrom"]["Default"].endswith(".example")


def test_a_sender_that_the_account_has_already_is_not_made_again(source):
    """SES refuses an identity that is there: a second stack with the same sender would never be deployed."""
    assert source["Resources"]["MailIdentity"].get("Condition") == "CreatesMailIdentity"
    assert source["Parameters"]["MailFromIdentity"]["AllowedValues"] == ["create", "existing"]
    assert source["Parameters"]["MailFromIdentity"]["Default"] == "create"
    assert source["Conditions"]["CreatesMailIdentity"] == {"Fn::Equals": [{"Ref": "MailFromIdentity"}, "create"]}
