"""POST /districts/{district}/people/{person}/activation-mail (D-04)."""

import json
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from functions.district_admin.routes import deps
from homeroom.accounts.store.links import LinkItem, link_key
from homeroom.mail.store import Post
from homeroom.roster import wiring
from homeroom.roster.entries import PersonEntry
from homeroom.roster.store.items import claim_item, person_item
from homeroom.runtime.dynamo import bind
from homeroom.runtime.settings import Settings

from .conftest import ADMIN, DISTRICT, PERSON, Send, event
from .test_access import as_account

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, datetime]:
    """What time it is: in New York, 20:00 of 21 November."""
    standing = {"now": NOW}

    class Clock:
        def now(self) -> datetime:
            return standing["now"]

    monkeypatch.setattr(Settings, "clock", lambda _: Clock())
    return standing


def asked(key: str | None = None, person: str = PERSON) -> dict[str, Any]:
    """The event, with that idempotency key instead of its own."""
    sent = event("activation_mail")
    sent["path"] = sent["path"].replace(PERSON, person)
    for headers, value in ((sent["headers"], key), (sent["multiValueHeaders"], [key])):
        del headers["Idempotency-Key"]
        if key is not None:
            headers["Idempotency-Key"] = value
    return sent


def put(**fields: Any) -> None:
    usual = {"id": PERSON, "roles": ("teacher",), "address": "t1@district.example", "schools": ("s9",)}
    entry = PersonEntry(**{**usual, **fields})
    person_item(DISTRICT, entry, 1).save()
    if entry.address:
        claim_item(DISTRICT, entry, 1).save()


def test_the_mail_is_queued_and_named_d_04(send: Send, district: str) -> None:
    status, body, _ = send(event("activation_mail"))
    assert (status, body["queued_at"]) == (202, "2026-11-22T01:00:00Z")
    assert body["message"] == f"activation:{district}:{PERSON}:20261121:1"
    posted = Post("outbox").need(body["message"])
    assert (posted.state, posted.message.person, posted.message.actor) == ("new", PERSON, ADMIN)


def test_it_is_audited_with_the_request_x_04(send: Send, district: str) -> None:
    send(event("activation_mail"))
    (row,) = [one for one in deps.districts()._store.audit(district) if one.action == "person.activation_mail"]
    assert row.actor == ADMIN
    assert row.subject == f"person:{district}:{PERSON}"
    assert row.cause == f"request:{event('activation_mail')['requestContext']['requestId']}"


def test_the_same_request_again_queues_no_second_mail_x_03(send: Send, district: str) -> None:
    first = send(event("activation_mail"))
    assert [send(event("activation_mail")) for _ in range(4)] == [first] * 4
    assert send(asked("another"))[1]["message"].endswith(":2")


def test_a_key_is_its_administrators_own(send: Send, district: str) -> None:
    deps.accounts().grant_admin("other", district, "operator", NOW, "grant-2")
    send(asked("one"))
    other = asked("one")
    other["requestContext"] = as_account("activation_mail", "other")["requestContext"]
    assert send(other)[1]["message"].endswith(":2")


def test_a_key_is_kept_as_a_hash_x_05(send: Send, district: str) -> None:
    send(asked("zoe@district.example"))
    kept = boto3.client("dynamodb").scan(TableName="outbox")["Items"]
    assert "zoe" not in json.dumps(kept)


def test_three_a_day_are_the_most_and_midnight_is_the_districts_d_04(
    send: Send, district: str, clock: dict[str, datetime]
) -> None:
    assert [send(asked())[0] for _ in range(3)] == [202, 202, 202]
    status, problem, headers = send(asked())
    assert (status, problem["code"], headers["retry-after"]) == (429, "too_many_mails", str(4 * 3600))
    clock["now"] = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
    assert send(asked())[1]["message"].endswith(":20261122:1")


def test_the_same_request_after_midnight_queues_no_second_mail_x_03(
    send: Send, district: str, clock: dict[str, datetime]
) -> None:
    """Its answer was lost, and it comes again on the district's next day; another one is of that day."""
    clock["now"] = datetime(2026, 11, 22, 4, 59, 58, tzinfo=UTC)
    first = send(asked("one"))
    clock["now"] = datetime(2026, 11, 22, 5, 0, 2, tzinfo=UTC)
    assert send(asked("one")) == first
    assert [send(asked(key))[1]["message"][-10:] for key in ("two", None)] == ["20261122:1", "20261122:2"]


def test_yesterdays_mails_count_as_yesterdays_d_04(send: Send, district: str, clock: dict[str, datetime]) -> None:
    assert [send(asked(key))[0] for key in ("a", "b", "c")] == [202] * 3
    clock["now"] = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
    assert [send(asked(key))[0] for key in ("d", "e", "f", "g", "a")] == [202, 202, 202, 429, 202]


def test_who_is_over_the_limit_still_gets_the_answer_to_an_earlier_request_x_03(send: Send, district: str) -> None:
    answers = [send(asked(key)) for key in ("a", "b", "c")]
    assert [send(asked(key)) for key in ("a", "b", "c")] == answers
    assert send(asked("d"))[0] == 429


def test_requests_that_race_for_a_number_get_one_each_x_03(
    send: Send, district: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other has read what there is before this one writes."""
    outbox = type(wiring.outbox())
    among, raced = outbox.among, []

    def racing(self: Any, ids: Any) -> Any:
        there = among(self, list(ids))
        if not raced:
            raced.append(True)
            raced.append(send(asked("first"))[1]["message"])
        return there

    monkeypatch.setattr(outbox, "among", racing)
    assert send(asked("second"))[1]["message"].endswith(":2")
    assert raced[1].endswith(":1")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"roles": ("student",)}, "not_staff"),
        ({"archived": 3}, "not_on_roster"),
        ({"archived": 3, "left": "2026-11-20"}, "not_on_roster"),
        ({"address": ""}, "no_address"),
    ],
)
def test_who_gets_none_is_told_with_the_reason_d_04(
    send: Send, district: str, fields: dict[str, Any], reason: str
) -> None:
    put(**fields)
    status, problem, _ = send(event("activation_mail"))
    assert (status, problem["code"], problem["reason"]) == (409, "no_activation_mail", reason)
    assert wiring.outbox().among([f"activation:{district}:{PERSON}:20261121:1"]) == {}


def test_an_address_that_a_student_has_too_gets_none_a_05(send: Send, district: str) -> None:
    put()
    put(id="s1", roles=("student",))
    status, problem, _ = send(event("activation_mail"))
    assert (status, problem["code"], problem["reason"]) == (409, "no_activation_mail", "address_blocked")
    assert wiring.outbox().among([f"activation:{district}:{PERSON}:20261121:1"]) == {}


def test_an_employees_other_record_stands_in_no_ones_way_a_08(send: Send, district: str) -> None:
    """Whoever asks may ask for either."""
    put()
    put(id="5")
    assert send(event("activation_mail"))[0] == 202


def test_who_has_activated_needs_none_d_04(send: Send, district: str) -> None:
    bind("districts", LinkItem)
    LinkItem(*link_key(district, PERSON), account="somebody").save()
    assert send(event("activation_mail"))[1]["reason"] == "linked"


def test_a_district_without_mails_sends_none_d_04(send: Send, district: str) -> None:
    deps.districts().change_settings(district, {"mails": False}, ADMIN, NOW)
    assert send(event("activation_mail"))[1]["reason"] == "mails_off"


@pytest.mark.parametrize("person", ["0" * 24, "x" * 3000, "%C3%A9"])
def test_who_is_not_on_the_roster_is_not_found(send: Send, district: str, person: str) -> None:
    status, problem, _ = send(asked(person=person))
    assert (status, problem["code"]) == (404, "person_not_found")


@pytest.mark.parametrize(
    ("school", "person", "status"), [("s9", PERSON, 202), ("s2", PERSON, 403), ("s9", "0" * 24, 403)]
)
def test_a_schools_admin_reaches_who_is_at_their_school_p_08(
    send: Send, district: str, school: str, person: str, status: int
) -> None:
    """Whether there is somebody elsewhere is not told."""
    deps.accounts().grant_admin("bounded", district, "operator", NOW, "grant-2", schools=[school])
    sent = asked(person=person)
    sent["requestContext"] = as_account("activation_mail", "bounded")["requestContext"]
    got, body, _ = send(sent)
    assert got == status
    assert status == 202 or body["code"] == "out_of_scope"


def test_a_key_has_a_reasonable_length(send: Send, district: str) -> None:
    assert send(asked("k" * 101))[0] == 422
