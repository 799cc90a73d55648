"""One page of Clever's users made into rows, and its peer: the same bytes through `json.loads`."""

import json
import time
from collections.abc import Callable
from typing import Any

from benchmarks.tasks import district
from homeroom.roster import wiring
from homeroom.roster.clever.records import RecordReader


def users(limit: int, times: int) -> dict[str, Any]:
    """Processor seconds of each, in turns."""
    api = wiring.clever()
    body = district.client().get(f"{api.api_url}/{api.version}/users?limit={limit}", kind="users")
    read = RecordReader("users", district.token().district)
    ours, peer = [], []
    for _ in range(times):
        ours.append(_cpu(lambda: read(body)))
        peer.append(_cpu(lambda: json.loads(body)))
    return {"records": len(read(body).items), "bytes": len(body), "ours": ours, "peer": peer}


def _cpu(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun
