"""What each operator's command does to the stack, says, and exits with."""

import json
import uuid
from datetime import UTC, datetime

import boto3
import pytest

from homeroom.accounts.service import AccountService
from homeroom.accounts.store import AccountStore
from homeroom.roster.runs import Run
from homeroom.roster.service.discovery import DiscoveryService
from homeroom.roster.store.districts import DistrictStore
from homeroom.roster.store.runs import RunStore
from homeroom.roster.syncs import Sync
from homeroom.runtime import aws
from ops.cli import main

NOW = datetime(2026, 9, 1, tzinfo=UTC)
A, B = "a" * 24, "b" * 24
ADDRESS = "Head@District.example"


class Token:
    def __init__(self, district):
        self.district = district


@pytest.fixture
def store(resources):
    return DistrictStore(resources["DistrictsTable"], aws.dynamodb())


@pytest.fixture
def registered(ops):
    assert ops("register", "--district", A, "--name", "Grand Bend", "--time-zone", "America/Chicago")[0] == 0


@pytest.fixture
def onboarding(registered, store):
    DiscoveryService(store, bool).discover([Token(A)], NOW)


def test_register_says_the_state_and_can_be_repeated(ops, registered, store):
    """D-06, X-03"""
    code, out, _ = ops("register", "--district", A, "--name", "Grand Bend", "--time-zone", "America/Chicago")
    assert code == 0
    assert "state invited" in out
    assert len(store.audit(A)) == 1


def test_register_refuses_a_malformed_id_with_2(ops):
    """D-06"""
    code, out, err = ops("register", "--district", "x", "--name", "Grand Bend", "--time-zone", "UTC")
    assert (code, out) == (2, "")
    assert err.startswith("district: ")


def test_register_under_another_name_is_refused_with_4(ops, registered):
    """D-06"""
    assert ops("register", "--district", A, "--name", "Other", "--time-zone", "America/Chicago")[0] == 4


def test_registering_accepts_an_unknown_district(ops, store):
    """D-06"""
    DiscoveryService(store, bool).discover([Token(A)], NOW)
    assert f"{A}\tunknown" in ops("districts")[1]
    ops("register", "--district", A, "--name", "Grand Bend", "--time-zone", "UTC")
    assert f"{A}\tinvited" in ops("districts")[1]
    assert "unknown" not in ops("districts")[1]


def test_districts_lists_states_and_last_runs_plainly(ops, onboarding):
    """D-06: without a terminal, one line a district, its cells divided by tabs."""
    ops("sync", "--district", A)
    lines = ops("districts")[1].splitlines()
    assert lines[0].startswith("district\tstate")
    assert lines[1] == f"{A}\tonboarding\tGrand Bend\tAmerica/Chicago\t-\t1 running 2026-09-01 07:00 UTC"


def test_settings_are_shown_and_changed_by_dotted_path(ops, registered, store):
    """D-02"""
    code, out, _ = ops("settings", "--district", A, "grace_days=3", 'exclude.grades=["13"]', "sync_time=03:30")
    assert code == 0
    assert "grace_days\t3" in out
    settings = store.get(A).settings
    assert (settings.grace_days, settings.exclude.grades, settings.sync_time) == (3, ("13",), "03:30")
    assert store.audit(A)[-1].actor == "operator"
    assert ops("settings", "--district", A)[1] == out


def test_an_audit_row_names_the_one_command_that_caused_it(ops, onboarding, store):
    """X-04"""
    ops("settings", "--district", A, "grace_days=3")
    ops("go-live", "--district", A)
    causes = [row.cause for row in store.audit(A) if row.action in {"district.settings_changed", "district.go_live"}]
    assert all(uuid.UUID(cause.removeprefix("command:")).version == 4 for cause in causes)
    assert len(set(causes)) == 2


@pytest.mark.parametrize(
    ("pairs", "field"),
    [
        (["guards.half_percent=80"], "guards.half_percent"),
        (["grace_days"], "key=value"),
        (["exclude=1", "exclude.grades=[]"], "exclude.grades"),
        (["nights=mon"], "nights"),
    ],
)
def test_settings_refused_name_the_field_and_change_nothing(ops, registered, store, pairs, field):
    """D-02"""
    code, _, err = ops("settings", "--district", A, *pairs)
    assert code == 2
    assert err.startswith(f"{field}: ")
    assert store.get(A).settings_version == 1


def test_an_unregistered_district_is_3(ops):
    """X-01"""
    for command in (["settings"], ["go-live"], ["sync"], ["runs"], ["admin", "--email", ADDRESS]):
        assert ops(*command, "--district", B)[0] == 3


def test_go_live_is_refused_with_4_until_the_district_authorised(ops, registered, store):
    """D-01"""
    assert ops("go-live", "--district", A)[0] == 4
    DiscoveryService(store, bool).discover([Token(A)], NOW)
    assert ops("go-live", "--district", A, "--on", "2099-08-15")[1] == f"{A} is onboarding, goes live on 2099-08-15.\n"
    assert ops("go-live", "--district", A)[1] == f"{A} is live.\n"


def test_admin_makes_a_login_with_a_verified_address_and_grants_once(ops, registered, resources):
    """X-03, X-04: the first admin of a district gets in."""
    for _ in range(2):
        code, out, _ = ops("admin", "--district", A, "--email", ADDRESS, "--password", "correct horse battery")
        assert code == 0
        assert "istrict.example" not in out
    pool = resources["UserPoolId"]
    users = boto3.client("cognito-idp").list_users(UserPoolId=pool)["Users"]
    attributes = {a["Name"]: a["Value"] for a in users[0]["Attributes"]}
    assert len(users) == 1
    assert users[0]["UserStatus"] == "CONFIRMED"
    assert (attributes["email"], attributes["email_verified"]) == ("head@district.example", "true")
    scope = AccountService(AccountStore(resources["UsersTable"])).admin_scope(attributes["sub"], A)
    assert scope.whole


def test_admin_does_not_grant_to_a_login_that_only_claims_the_address(ops, registered, resources):
    """A-01"""
    client, pool = boto3.client("cognito-idp"), resources["UserPoolId"]
    claim = [{"Name": "email", "Value": "head@district.example"}]
    claimed = client.admin_create_user(UserPoolId=pool, Username="squatter", UserAttributes=claim)["User"]
    assert ops("admin", "--district", A, "--email", ADDRESS)[0] == 0
    squatter = next(a["Value"] for a in claimed["Attributes"] if a["Name"] == "sub")
    assert AccountStore(resources["UsersTable"]).grant(squatter, A) is None
    assert len(client.list_users(UserPoolId=pool)["Users"]) == 2


def test_admin_takes_a_password_by_standard_input_and_refuses_a_weak_one(ops, registered):
    """X-05: on the command line, others on the machine could read it."""
    sent = ("admin", "--district", A, "--email", ADDRESS, "--password", "-")
    code, _, err = ops(*sent, text="short\n")
    assert code == 2
    assert err.startswith("--password: ")
    assert ops(*sent, text="correct horse battery\n")[0] == 0


@pytest.mark.parametrize("address", ["head", 'a"b@district.example', "a@b@c.example", ""])
def test_admin_refuses_what_is_no_address(ops, registered, address):
    code, _, err = ops("admin", "--district", A, "--email", address)
    assert code == 2
    assert err.startswith("--email: ")


def test_sync_starts_a_run_and_does_not_wait(ops, onboarding, runs):
    """S-05"""
    assert ops("sync", "--district", A)[:2] == (0, "Run 1 has begun.\n")
    assert runs.kept[0].actor == "operator"


@pytest.mark.parametrize(
    ("state", "code"), [("succeeded", 0), ("planned", 0), ("failed", 5), ("held", 6), ("skipped", 6)]
)
def test_sync_wait_shows_the_outcome_and_exits_by_it(ops, onboarding, runs, state, code):
    """S-05"""
    runs.outcome = {
        "state": state,
        "counts": {"person": 12},
        "changes": {"person": {"add": 3, "remove": 0}},
        "findings": {"teacher_without_address": 2},
    }
    got, out, _ = ops("sync", "--district", A, "--wait")
    assert got == code
    lines = out.splitlines()
    assert f"state\t{state}" in lines
    assert "person in all\t12" in lines
    assert "person\tadd\t3" in lines
    assert "teacher_without_address\t2" in lines


def test_sync_wait_gives_up_with_6(ops, onboarding, runs):
    """S-05"""
    runs.outcome = {"state": "applying"}
    assert ops("sync", "--district", A, "--wait", "--timeout", "0.05")[0] == 6


def test_runs_lists_the_latest_first(ops, onboarding, runs):
    """S-10"""
    for _ in range(3):
        ops("sync", "--district", A)
    lines = ops("runs", "--district", A, "--limit", "2")[1].splitlines()
    assert [line.split("\t")[0] for line in lines] == ["run", "3", "2"]


def test_plan_names_records_and_fields_and_no_value(ops, onboarding, runs):
    """S-10, X-05"""
    runs.changes = [
        {"kind": "person", "op": "update", "id": f"p{n}", "school": "s1", "before": {"last": "Old", "grade": "3"},
         "after": {"last": "New", "grade": "3"}}
        for n in range(5)
    ]  # fmt: skip
    _, out, err = ops("plan", "--district", A, "--run", "1")
    assert out.splitlines()[2:] == [f"person\tupdate\tp{n}\ts1\tlast" for n in range(5)]
    assert err == ""
    _, out, err = ops("plan", "--district", A, "--run", "1", "--limit", "3")
    assert len(out.splitlines()) == 5
    assert "--limit" in err


def test_plan_is_counted_by_school_and_kind_first(ops, onboarding, runs):
    """S-10"""
    runs.counted = {"": {"term": {"create": 1}}, "s1": {"class": {"end": 2}, "person": {"create": 3, "update": 4}}}
    assert ops("plan", "--district", A, "--run", "1")[1].splitlines() == [
        "school\tkind\tchange\tcount", "-\tterm\tcreate\t1", "s1\tclass\tend\t2", "s1\tperson\tcreate\t3",
        "s1\tperson\tupdate\t4", "kind\tchange\tid\tschool\tfields",
    ]  # fmt: skip


def test_clever_secret_comes_by_standard_input_and_is_never_shown(ops, resources):
    """X-05"""
    code, out, err = ops("clever-secret", "--client-id", "id-1", text="s3cret\n")
    assert code == 0
    assert "s3cret" not in out + err
    kept = boto3.client("secretsmanager").get_secret_value(SecretId=resources["CleverSecretArn"])["SecretString"]
    assert json.loads(kept) == {"client_id": "id-1", "client_secret": "s3cret"}


def test_clever_secret_refuses_nothing_at_all(ops):
    assert ops("clever-secret", "--client-id", "id-1", text="")[0] == 2


def test_the_ledger_of_runs_is_read_where_the_sync_writes_it(described, resources, capsys):
    """S-05: without the stand-in for runs."""
    run = Run(district=A, run=7, state="held", trigger="night", actor="schedule", started_at=NOW)
    stack = ("--stack", str(described))
    assert main([*stack, "register", "--district", A, "--name", "Grand Bend", "--time-zone", "UTC"]) == 0
    RunStore(resources["DistrictsTable"], aws.dynamodb()).record(run, Sync())
    capsys.readouterr()
    assert main([*stack, "districts"]) == 0
    assert capsys.readouterr().out.splitlines()[1].endswith("\t7 held 2026-09-01 00:00 UTC")
    assert main([*stack, "runs", "--district", A]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("7\theld\tnight")
    assert main([*stack, "plan", "--district", A, "--run", "8"]) == 3


def test_wrong_usage_is_2(ops):
    with pytest.raises(SystemExit) as left:
        ops("register")
    assert left.value.code == 2


def test_a_failure_of_aws_is_1_and_says_its_code_only(ops, resources):
    boto3.client("dynamodb").delete_table(TableName=resources["DistrictsTable"])
    code, out, err = ops("districts")
    assert (code, out) == (1, "")
    assert "ResourceNotFoundException" in err
