"""Mail on the deployed stack: from a change, by the outbox and its stream, to SES."""

from collections import Counter

import pytest

from sandbox.rig.api import Api
from sandbox.rig.mailbox import Mailbox
from sandbox.rig.stack import Items, Stack

pytestmark = [pytest.mark.e2e, pytest.mark.local_stack]


@pytest.fixture(scope="module")
def first(stack: Stack, district: str) -> tuple[list[tuple[str, str]], Items]:
    """What the first sync sent, and what it stored."""
    mailbox = Mailbox(stack)
    status, run = stack.execute(district)
    assert (status, run.state) == ("SUCCEEDED", "succeeded")
    return mailbox.settled(), stack.roster()


def staff(roster: Items) -> list[dict]:
    """Teachers and administrators with an address that no student has; one record of each address, by the least id."""
    people = [item for key, item in roster.items() if key.endswith("|PERSON") and "address" in item]
    pupils = {one["address"]["S"] for one in people if "student" in roles(one)}
    mailed = [one for one in people if "teacher" in roles(one) or "admin" in one]
    last_first = sorted(mailed, key=lambda one: one["person"]["S"], reverse=True)
    by_address = {one["address"]["S"]: one for one in last_first}
    return [one for address, one in by_address.items() if address not in pupils]


def roles(person: dict) -> list[str]:
    return person.get("roles", {"SS": []})["SS"]


def test_each_teacher_and_administrator_is_mailed_once_at_go_live(first: tuple[list[tuple[str, str]], Items]) -> None:
    """D-04: and no student, no address that a student has as well (A-05), and nobody twice (A-08)."""
    mails, roster = first
    assert Counter(to for to, _ in mails) == Counter(one["address"]["S"] for one in staff(roster))
    assert len(mails) > 40


def test_a_night_without_change_mails_nobody(stack: Stack, district: str, first: object) -> None:
    """D-04, S-12"""
    mailbox = Mailbox(stack)
    assert stack.execute(district)[1].state == "succeeded"
    assert mailbox.settled() == []


def test_an_activation_mail_is_sent_again_three_times_a_day(
    api: Api, stack: Stack, district: str, first: tuple[list[tuple[str, str]], Items]
) -> None:
    """D-04"""
    teacher = staff(first[1])[0]
    path, mailbox = f"/districts/{district}/people/{teacher['person']['S']}/activation-mail", Mailbox(stack)
    answers = [api.call("POST", path) for _ in range(4)]
    assert [answer.status for answer in answers] == [202, 202, 202, 429]
    assert int(answers[3].headers["retry-after"]) > 0
    assert [to for to, _ in mailbox.settled()] == [teacher["address"]["S"]] * 3


def test_a_request_told_twice_is_one_mail(
    api: Api, stack: Stack, district: str, first: tuple[list[tuple[str, str]], Items]
) -> None:
    """X-03"""
    teacher = staff(first[1])[1]
    path, mailbox = f"/districts/{district}/people/{teacher['person']['S']}/activation-mail", Mailbox(stack)
    answers = [api.call("POST", path, headers={"Idempotency-Key": "one"}).body for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(mailbox.settled()) == 1


def test_a_held_run_is_told_to_those_who_administer_the_whole_district(
    api: Api, stack: Stack, district: str, first: tuple[list[tuple[str, str]], Items]
) -> None:
    """S-08: by the roster, and by a grant."""
    mailbox = Mailbox(stack)
    stack.control({"drop": {"kind": "users", "fraction": 0.6}})
    run = stack.execute(district)[1]
    assert run.state == "held"
    stack.control({"reset": True})
    by_roster = {one["address"]["S"] for one in staff(first[1]) if one.get("admin", {"S": ""})["S"] == "district"}
    assert Counter(to for to, _ in mailbox.settled()) == Counter({*by_roster, "admin@harbor.example"})
    assert {subject for _, subject in mailbox.mails()} == {"Roster changes of Harbor wait for your decision"}
