"""A school week in the sandbox: what changes on which day."""

from sandbox.clever.client import Client
from sandbox.clever.drift import Week


def test_a_week_edits_daily_moves_twice_and_changes_teachers_on_friday(api) -> None:
    cursor = api.newest_event()
    week = Week(Client(api.sandbox.url), 1)
    done = {day: set(week.day(day)) for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")}
    daily = {"edit", "rename"}
    assert done["Monday"] == done["Wednesday"] == daily
    assert done["Tuesday"] == done["Thursday"] == {*daily, "move"}
    assert done["Friday"] == {*daily, "co_teacher", "teacher", "hire", "unshare"}
    kinds = [row["type"] for row in api.events_since(cursor)]
    assert kinds.count("districts.updated") == 5
    assert {"users.updated", "users.created", "users.deleted", "sections.updated"} <= set(kinds)


def test_the_same_seed_does_the_same(api) -> None:
    def left_by(seed: int) -> bytes:
        api.control(reset=True)
        Week(Client(api.sandbox.url), seed).day("Tuesday")
        return b"".join(
            bytes(str([(row["id"], row["name"]) for row in api.walk(f"/v3.0/{kind}?limit=1000")]), "utf-8")
            for kind in ("users", "sections")
        )

    assert left_by(1) == left_by(1)
    assert left_by(1) != left_by(2)
