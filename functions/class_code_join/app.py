"""`GET /join/{code}` and `POST /join`: students join a class by its code (J-01 … J-09)."""

from typing import Any

from homeroom.runtime import telemetry
from homeroom.runtime.answers import Answer
from homeroom.runtime.quick import QuickApi

app = QuickApi()


def handler(event: dict[str, Any], _context: object) -> Answer:
    """Answers one request of API Gateway's."""
    try:
        return app.resolve(event)
    finally:
        telemetry.flush()
