"""Who may do what. The table is the contract: a grant more or less is a decision that shows here."""

from collections.abc import Iterator
from typing import Any

import pytest

ROLE = "AWS::IAM::Role"
LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
RUNS = {f"dynamodb:{action}" for action in ("BatchGetItem", "Query", "PutItem")}
WRITE = {f"dynamodb:{action}" for action in ("DeleteItem", "BatchWriteItem")}
GIVE_UP = {"sqs:SendMessage"}
COUNT = {"dynamodb:UpdateItem"}
TAKE = {f"sqs:{action}" for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")}
SECRET = {"secretsmanager:GetSecretValue"}
READ, WRITE_FILES = {"s3:GetObject"}, {"s3:PutObject", "s3:AbortMultipartUpload"}
DECRYPT, ENCRYPT = {"kms:Decrypt"}, {"kms:Decrypt", "kms:GenerateDataKey"}
START, ANSWER = {"states:StartExecution"}, {"states:SendTaskSuccess"}
STREAM = {f"dynamodb:{action}" for action in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")}
MAIL = {"cognito-idp:ListUsers", "ses:SendEmail"}
SETTLE = {f"dynamodb:{action}" for action in ("GetItem", "UpdateItem")}
READ_ITEMS, CHANGE = {"dynamodb:BatchGetItem"}, {"dynamodb:PutItem", "dynamodb:UpdateItem"}
LIST, CHECK = {"dynamodb:Query"}, {"dynamodb:ConditionCheckItem"}
EXPECTED = {
    "RosterDispatchRole": LOGS | RUNS | COUNT | START | GIVE_UP | DECRYPT,
    "RosterDiscoverRole": LOGS | RUNS | {"dynamodb:DeleteItem"} | SECRET | GIVE_UP | DECRYPT,
    "RosterControlRole": LOGS | RUNS | COUNT | READ | START | ANSWER | GIVE_UP | DECRYPT,
    "RosterFetchRole": LOGS | RUNS | READ | WRITE_FILES | SECRET | ENCRYPT,
    "RosterPlanRole": LOGS | RUNS | READ | WRITE_FILES | ENCRYPT,
    "RosterApplyRole": LOGS | RUNS | WRITE | READ | DECRYPT,
    "DistrictAdminRole": LOGS | RUNS | COUNT | CHECK | {"dynamodb:DeleteItem"} | READ | START | ANSWER | DECRYPT,
    "OutboxMailerRole": LOGS | STREAM | SETTLE | RUNS | READ | MAIL | GIVE_UP | DECRYPT,
    "CleverWebhookRole": LOGS | SECRET | {"dynamodb:GetItem", "dynamodb:PutItem", "sqs:SendMessage"} | DECRYPT,
    "RosterNoticeRole": LOGS | (RUNS - {"dynamodb:PutItem"}) | COUNT | START | TAKE | DECRYPT,
    **dict.fromkeys(
        ("AccountsRole", "ClassesRole", "ClassCodeJoinRole", "EmailInviteAcceptRole"),
        LOGS | READ_ITEMS | LIST | CHANGE | CHECK | {"dynamodb:DeleteItem"} | DECRYPT,
    ),
    "ScheduleRole": {"lambda:InvokeFunction"} | GIVE_UP,
}
OF_CLASSES = {"AccountsRole", "ClassesRole", "ClassCodeJoinRole", "EmailInviteAcceptRole"}
# No resource to name exists for these; AWS documents "*".
NAMELESS = {"DeliverLogs", "Trace"}


def statements(role: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The statements of a role; those that tracing adds as well."""
    for policy in role.get("Policies", []):
        for statement in policy["PolicyDocument"]["Statement"]:
            yield statement["Fn::If"][1] if "Fn::If" in statement else statement


def actions(statement: dict[str, Any]) -> set[str]:
    """Its actions, one or many."""
    action = statement["Action"]
    return {action} if isinstance(action, str) else set(action)


@pytest.mark.parametrize("role", EXPECTED)
def test_each_may_do_what_it_needs_and_no_more(of_type, role):
    """Least privilege, compared with the table above."""
    granted = [actions(one) for one in statements(of_type(ROLE)[role]) if one["Sid"] != "Trace"]
    assert set().union(*granted) == EXPECTED[role]


def test_no_function_has_a_ready_made_policy(of_type):
    """SAM's and AWS's ready-made policies reach every log group and every trace of the account."""
    for name, role in of_type(ROLE).items():
        assert name == "ApiLogRole" or "ManagedPolicyArns" not in role, name


def test_no_statement_allows_every_action_or_every_resource(of_type):
    """A star is a grant that nobody has thought about."""
    for name, role in of_type(ROLE).items():
        for statement in statements(role):
            assert not [action for action in actions(statement) if "*" in action], name
            assert statement["Sid"] in NAMELESS or statement["Resource"] != "*", name


def test_nobody_scans(of_type):
    """DESIGN: no Scan on a request path. Nobody may, so nobody can."""
    assert "dynamodb:Scan" not in set().union(
        *(actions(s) for role in of_type(ROLE).values() for s in statements(role))
    )


def test_every_grant_on_a_table_names_its_keys(of_type):
    """X-06: a defect in one function cannot reach items of another kind."""
    for name, role in of_type(ROLE).items():
        for statement in statements(role):
            if any(action.startswith("dynamodb:") for action in actions(statement) - STREAM):
                keys = statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
                assert keys, name
                assert "*" not in keys, name


def test_a_stream_is_followed_by_the_mailer_alone(of_type):
    """Its records are whole messages; and it has no partitions that a grant could name."""
    following = {
        name: statement["Resource"]
        for name, role in of_type(ROLE).items()
        for statement in statements(role)
        if actions(statement) & STREAM
    }
    assert following == {"OutboxMailerRole": {"Fn::GetAtt": ["OutboxTable", "StreamArn"]}}


def test_mail_goes_out_from_one_address_by_one_function(of_type):
    sending = {
        name: statement["Condition"]
        for name, role in of_type(ROLE).items()
        for statement in statements(role)
        if any(action.startswith("ses:") for action in actions(statement))
    }
    assert sending == {"OutboxMailerRole": {"StringEquals": {"ses:FromAddress": {"Ref": "MailFrom"}}}}


def test_the_sync_cannot_reach_what_a_teacher_made(of_type):
    """C#U# are independent classes, users what is somebody's own: no function of the sync may touch them."""
    reaching = set()
    for name, role in of_type(ROLE).items():
        for statement in statements(role):
            keys = statement.get("Condition", {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys", [])
            if [key for key in keys if key.startswith("C#") and not key.startswith("C#D#")]:
                reaching.add(name)
            if name.startswith("Roster"):
                assert "UsersTable" not in str(statement["Resource"]), name
    assert reaching == OF_CLASSES | {"OutboxMailerRole"}


def test_who_deals_with_accounts_and_classes_sees_nothing_of_the_roster_but_its_items(of_type):
    """Snapshots, plans and credentials of a district are of no use to a class: no bucket, secret, queue or machine."""
    for name in OF_CLASSES:
        reached = {action.partition(":")[0] for one in statements(of_type(ROLE)[name]) for action in actions(one)}
        assert reached == {"dynamodb", "kms", "logs", "xray"}, name


def test_mailed_proofs_are_made_by_the_mailer_and_looked_at_by_accounts_alone_i_03_j_09(of_type):
    """Their hashes are what an attacker would have to replace."""
    reaching = {
        name for name, role in of_type(ROLE).items() if "V#*" in str([one.get("Condition") for one in statements(role)])
    }
    assert reaching == {"OutboxMailerRole", "AccountsRole"}


def test_a_roster_record_is_removed_by_the_sync_alone(of_type):
    """People link and unlink themselves; what the sync wrote of them stays its own (DESIGN: one item, one writer)."""
    removing = {
        name
        for name, role in of_type(ROLE).items()
        for one in statements(role)
        if one["Resource"] == {"Fn::GetAtt": ["DistrictsTable", "Arn"]} and "dynamodb:DeleteItem" in actions(one)
    }
    assert removing == {"RosterApplyRole", "RosterDiscoverRole", "DistrictAdminRole"}


def test_only_two_read_the_clever_secret(of_type):
    """The token list and the roster are read by two functions; the others have no business with Clever."""
    holders = {
        name
        for name, role in of_type(ROLE).items()
        if any(statement["Resource"] == {"Ref": "CleverSecret"} for statement in statements(role))
    }
    assert holders == {"RosterDiscoverRole", "RosterFetchRole"}


def test_roles_of_services_work_for_this_account_only(of_type):
    """The confused deputy: another account's schedule or machine may not borrow the role."""
    for name in ("ScheduleRole", "RosterStateMachineRole", "RosterHoldStateMachineRole"):
        (trust,) = of_type(ROLE)[name]["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}, name


def test_the_machine_may_run_its_own_map(of_type):
    """A distributed map starts, watches and stops executions of the machine itself, and reads its manifest."""
    granted = {s["Sid"]: s for s in statements(of_type(ROLE)["RosterStateMachineRole"])}
    assert granted["StartChildren"]["Resource"]["Fn::Sub"].endswith(":stateMachine:${AWS::StackName}-roster-sync")
    assert actions(granted["WatchChildren"]) == {"states:DescribeExecution", "states:StopExecution"}
    assert granted["ReadManifests"]["Resource"]["Fn::Sub"].endswith("/plan/manifest.jsonl")
    assert len(granted["CallTheSteps"]["Resource"]) == 4
    assert of_type("AWS::StepFunctions::StateMachine")["RosterStateMachine"]["StateMachineName"] == {
        "Fn::Sub": "${AWS::StackName}-roster-sync"
    }


def test_a_held_plan_may_ask_and_nothing_else(of_type):
    """It waits for a fortnight: with few rights."""
    granted = {s["Sid"]: s for s in statements(of_type(ROLE)["RosterHoldStateMachineRole"])}
    assert set(granted) == {"Ask", "DeliverLogs", "Trace"}
    assert granted["Ask"]["Resource"] == {"Fn::GetAtt": ["RosterControlFunction", "Arn"]}


def test_only_executions_that_wait_are_answered(of_type):
    """A token of the roster's own machine, or of another stack's, is nobody's to answer."""
    for name, role in of_type(ROLE).items():
        for statement in statements(role):
            if "states:SendTaskSuccess" in actions(statement):
                named = statement["Resource"].get("Ref") or statement["Resource"]["Fn::Sub"]
                assert named == "RosterHoldStateMachine" or named.endswith(":${AWS::StackName}-roster-hold"), name
