"""The roster sync's functions: the night's start, discovery, and the steps of the state machine (S-05, S-11).

One file, several handlers: each is a function of its own in template.yaml, with its own rights and size.
"""

from typing import Any

from homeroom.roster import wiring
from homeroom.roster.service.deliveries import deliver
from homeroom.roster.telemetry import observed
from homeroom.runtime.settings import settings

Event = dict[str, Any]
# Whose step it is: of a run's frame, or of a plan that waits.
KEPT_BY = {
    "begin": "control",
    "finish": "control",
    "fail": "control",
    "ask": "holds",
    "approved": "holds",
    "lapse": "holds",
}


@observed
def dispatch(_event: Event, _context: object) -> Event:
    """Start the nights that are due."""
    done = wiring.nights().dispatch(settings().clock().now())
    return {"started": len(done.started), "overdue": len(done.overdue)}


@observed
def discover(_event: Event, _context: object) -> Event:
    """Look at Clever's token list."""
    found = wiring.discovery().discover(wiring.tokens().all(), settings().clock().now())
    return {"authorised": len(found.authorised), "unknown": len(found.unknown)}


@observed
def notice(event: Event, _context: object) -> Event:
    """Take a batch of notices that districts have news."""
    now, service = settings().clock().now(), wiring.notices()
    kept = deliver(event["Records"], lambda district: service.accept(district, now), now)
    return {"batchItemFailures": [{"itemIdentifier": message} for message in kept]}


@observed
def control(event: Event, _context: object) -> Event:
    """Begin, finish or fail a run; let a held one wait, and go on with it."""
    if "detail" in event:
        event = wiring.stopped(event["detail"])
    service = {"control": wiring.control, "holds": wiring.holds}[KEPT_BY[event["step"]]]()
    answer: Event = getattr(service, event["step"])(event, settings().clock().now())
    return answer


@observed
def fetch(event: Event, _context: object) -> Event:
    """Read the district's roster from Clever into a snapshot."""
    return wiring.steps().fetch(event, wiring.source)


@observed
def plan(event: Event, _context: object) -> Event:
    """Make the plan and decide what becomes of it."""
    return wiring.steps().plan(event)


@observed
def apply(event: Event, _context: object) -> Event:
    """Write one chunk of the plan."""
    return dict(wiring.steps().apply(event, wiring.writer(), wiring.tables()))
