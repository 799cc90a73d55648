"""A night on which nothing has changed, and its peer: the same pages, fetched and parsed, no more."""

import json
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from botocore.client import BaseClient

from benchmarks.tasks import district
from benchmarks.tasks.steps import next_run
from homeroom.roster import wiring
from homeroom.roster.model import KINDS

WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}


def ours(name: str) -> dict[str, Any]:
    """A whole night; `fetch_plan` is what its fetch and plan took, `writes` the items that all of it wrote."""
    written = _count_writes()
    steps = wiring.steps()
    state = next_run(name)
    begun, cpu = time.perf_counter(), time.process_time()
    state = steps.plan(steps.fetch(state, district.source))
    took = {"fetch_plan": time.perf_counter() - begun, "fetch_plan_cpu": time.process_time() - cpu}
    assert state["decision"] == "unchanged", state
    frame = {"step": "finish", "district": name, "run": state["run"], "state": state}
    wiring.control().finish(frame, datetime.now(UTC))
    return took | {"writes": sum(written)}


def peer() -> dict[str, Any]:
    """Every page of every kind by the same HTTP client, through `json.loads`."""
    api = wiring.clever()
    begun, cpu = time.perf_counter(), time.process_time()
    client = district.client()
    records = 0
    for kind in KINDS:
        url = f"{api.api_url}/{api.version}/{kind}?limit={api.page_size}"
        while url:
            page = json.loads(client.get(url, kind=kind))
            records += len(page["data"])
            url = next((urljoin(url, link["uri"]) for link in page["links"] if link["rel"] == "next"), "")
    took = {"fetch_plan": time.perf_counter() - begun, "fetch_plan_cpu": time.process_time() - cpu}
    return took | {"records": records}


def _count_writes() -> list[int]:
    """Count the items of every DynamoDB write from now on; pynamodb sends its own through the same method."""
    counted: list[int] = []
    # The one place that all writes pass.
    client: Any = BaseClient
    send = client._make_api_call  # noqa: SLF001

    def counting(self: Any, operation: str, body: dict[str, Any]) -> Any:
        if operation in WRITES and self.meta.service_model.service_name == "dynamodb":
            tables = body.get("RequestItems", {}).values()
            counted.append(len(body.get("TransactItems", ())) or sum(map(len, tables)) or 1)
        return send(self, operation, body)

    client._make_api_call = counting  # noqa: SLF001
    return counted
