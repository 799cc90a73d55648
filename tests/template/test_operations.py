"""Schedules, dead letters, alarms."""

import pytest

ALARM = "AWS::CloudWatch::Alarm"
DEAD_LETTERS = {"Fn::GetAtt": ["RosterDeadLetters", "Arn"]}
FUNCTIONS = (
    "RosterDispatch", "RosterDiscover", "RosterControl", "RosterFetch", "RosterPlan", "RosterApply", "DistrictAdmin",
    "OutboxMailer",
    "CleverWebhook", "RosterNotice", "Accounts", "Classes", "ClassCodeJoin", "EmailInviteAccept",
)  # fmt: skip


def test_schedules_need_no_time_zone(of_type):
    """S-05: local time is reckoned by the dispatcher; the scheduler only ticks."""
    assert {name: rule["ScheduleExpression"] for name, rule in of_type("AWS::Scheduler::Schedule").items()} == {
        "DispatchSchedule": "rate(15 minutes)",
        "DiscoverSchedule": "rate(1 hour)",
    }


def test_ticks_that_cannot_be_delivered_are_kept(of_type):
    for name, rule in of_type("AWS::Scheduler::Schedule").items():
        assert rule["Target"]["DeadLetterConfig"] == {"Arn": DEAD_LETTERS}, name
        assert rule["Target"]["RetryPolicy"]["MaximumRetryAttempts"] > 0, name


def test_a_run_that_was_stopped_from_outside_is_recorded(of_type):
    """Aborted, timed out, or failed where no state can catch, the machine itself records nothing."""
    rule = of_type("AWS::Events::Rule")["RosterStoppedRule"]
    assert rule["EventPattern"]["detail"]["stateMachineArn"] == [{"Ref": "RosterStateMachine"}]
    assert rule["EventPattern"]["detail"]["status"] == ["ABORTED", "TIMED_OUT", "FAILED"]
    (target,) = rule["Targets"]
    assert target["Arn"] == {"Fn::GetAtt": ["RosterControlFunction", "Arn"]}
    assert target["DeadLetterConfig"] == {"Arn": DEAD_LETTERS}
    # Whole: the execution's input is a text inside, whose quotes no transformer is trusted with.
    assert not {"Input", "InputPath", "InputTransformer"} & set(target)
    permission = of_type("AWS::Lambda::Permission")["RosterStoppedPermission"]
    assert permission["SourceArn"] == {"Fn::GetAtt": ["RosterStoppedRule", "Arn"]}


def test_dead_letters_are_encrypted_kept_and_from_known_senders(of_type):
    queue = of_type("AWS::SQS::Queue")["RosterDeadLetters"]
    assert queue["SqsManagedSseEnabled"] is True
    assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
    allow, deny = of_type("AWS::SQS::QueuePolicy")["RosterDeadLettersPolicy"]["PolicyDocument"]["Statement"]
    assert allow["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["RosterStoppedRule", "Arn"]}}}
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize(
    ("alarm", "metric"),
    [
        ("RunsFailedAlarm", "RunsFailed"),
        ("DistrictsOverdueAlarm", "DistrictsOverdue"),
        ("DistrictsDisconnectedAlarm", "DistrictsDisconnected"),
        ("DeadLettersAlarm", "ApproximateNumberOfMessagesVisible"),
        ("ApiFaultsAlarm", "5XXError"),
        ("RosterHoldsFailedAlarm", "ExecutionsFailed"),
        ("RunsHeldAlarm", "RunsHeld"),
        ("MailsUnsureAlarm", "MailsUnsure"),
        ("MailsFailedAlarm", "MailsFailed"),
        ("OutboxDeadLettersAlarm", "ApproximateNumberOfMessagesVisible"),
        *((f"{function}ErrorsAlarm", "Errors") for function in FUNCTIONS),
        *((f"{function}ThrottlesAlarm", "Throttles") for function in FUNCTIONS),
    ],
)
def test_alarm_goes_off_at_the_first(of_type, alarm, metric):
    """None of these is ever normal."""
    found = of_type(ALARM)[alarm]
    assert (found["MetricName"], found["ComparisonOperator"], found["Threshold"]) == (metric, "GreaterThanThreshold", 0)


def test_every_alarm_reaches_somebody_and_says_what_to_do(of_type):
    """An alarm without a page of the runbook is a riddle at night."""
    for name, alarm in of_type(ALARM).items():
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlarmTopic"}], name
        assert "See docs/runbook/" in alarm["AlarmDescription"], name


def test_every_function_is_watched(of_type):
    watched = {
        d["Value"]["Ref"] for a in of_type(ALARM).values() for d in a["Dimensions"] if d["Name"] == "FunctionName"
    }
    assert watched == set(of_type("AWS::Lambda::Function"))


def test_a_silent_dispatcher_is_an_alarm(of_type):
    """S-05: no news of overdue districts is bad news; of failed runs it is good news."""
    assert of_type(ALARM)["DistrictsOverdueAlarm"]["TreatMissingData"] == "breaching"
    assert of_type(ALARM)["RunsFailedAlarm"]["TreatMissingData"] == "notBreaching"


def test_our_metrics_are_found_under_their_dimension(of_type, source):
    """Powertools adds the service's name to each metric; an alarm without it would watch nothing."""
    service = source["Globals"]["Function"]["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]
    for alarm in of_type(ALARM).values():
        if alarm["Namespace"] == "Homeroom":
            assert alarm["Dimensions"] == [{"Name": "service", "Value": service}]


def test_another_stacks_metrics_are_not_taken_for_ours(source):
    """S-05: two stacks of an account share a namespace; one dispatcher at work would hide that the other is silent."""
    service = source["Globals"]["Function"]["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]
    assert service == {"Ref": "AWS::StackName"}


def test_the_topic_can_be_used_by_alarms(of_type):
    """With the AWS-managed key CloudWatch could not publish, and nobody would notice."""
    assert of_type("AWS::SNS::Topic")["AlarmTopic"]["KmsMasterKeyId"] == {"Ref": "DataKey"}
    sids = {statement["Sid"] for statement in of_type("AWS::KMS::Key")["DataKey"]["KeyPolicy"]["Statement"]}
    assert "AlarmsReachTheTopic" in sids
