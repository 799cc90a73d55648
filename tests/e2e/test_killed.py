"""A run whose apply dies on the deployed stack, and the next one, which finishes it first (S-11)."""

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from homeroom.roster import wiring
from sandbox.rig.stack import Items, Stack

pytestmark = [pytest.mark.e2e, pytest.mark.local_stack, pytest.mark.slow]


OWN = {"run", "started"}


def told_alike(items: Items) -> dict[str, Any]:
    """Items without what names the run that wrote them and its moment, sets in order; the district itself left out."""
    return {
        key: {name: sorted(value["SS"]) if "SS" in value else value for name, value in item.items() if name not in OWN}
        for key, item in items.items()
        if not key.endswith("|DISTRICT")
    }


def break_apply(stack: Stack, classes_table: str) -> None:
    """Point the function that applies chunks at a classes table of that name."""
    client, name = boto3.client("lambda"), stack.names["functions"]["RosterApplyFunction"]
    variables = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    client.update_function_configuration(
        FunctionName=name, Environment={"Variables": variables | {"CLASSES_TABLE": classes_table}}
    )


def let_time_pass(district: str) -> None:
    """As if the minutes had gone by in which a lost worker might still write."""
    store = wiring.run_store()
    sync = store.sync(district)
    run = store.get(district, sync.holder)
    store.record(run, sync, held_until=datetime.now(UTC))


def test_what_a_dead_apply_left_is_finished_by_the_next_run(stack: Stack, district: str) -> None:
    """S-11: half of the chunks are written when the run dies; the next ends as an undisturbed one would have."""
    assert stack.execute(district)[1].state == "succeeded"
    undisturbed = told_alike(stack.roster())
    stack.wipe(district)
    stack.live_district(district, email_domains=["harbor.example"])

    break_apply(stack, "no-such-table")
    try:
        _, died = stack.execute(district)
    finally:
        break_apply(stack, stack.names["tables"]["ClassesTable"])
    assert died.state == "failed"
    # Some chunks are written, and not all: how many depends on which workers were warm.
    assert 0 < len(stack.roster()) < len(undisturbed)

    let_time_pass(district)
    _, run = stack.execute(district)
    finished = wiring.run_store().get(district, died.run)
    assert (finished.state, run.state, run.run) == ("succeeded", "succeeded", died.run + 1)
    assert told_alike(stack.roster()) == undisturbed
