"""`POST /webhooks/clever`: signed notices that a district has news (W-01, W-02, W-04)."""

from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from homeroom.roster.webhook.keys import Keys
from homeroom.roster.webhook.queue import NoticesQueue
from homeroom.roster.webhook.rules import Delivery
from homeroom.roster.webhook.service import WebhookService
from homeroom.runtime import aws, telemetry
from homeroom.runtime.answers import Answer, answer
from homeroom.runtime.inbound import header, raw_body
from homeroom.runtime.quick import QuickApi
from homeroom.runtime.settings import settings

if TYPE_CHECKING:
    from homeroom.roster.webhook.store import SeenNotices

MOST_BYTES = 64 * 1024

app = QuickApi()


@lru_cache(maxsize=1)
def service() -> WebhookService:
    """What takes notices; kept, since it remembers the keys."""
    keys = Keys(aws.secrets, settings().need("webhook_secret_arn"))
    return WebhookService(keys, seen, NoticesQueue(aws.sqs, settings().need("notices_queue_url")))


@lru_cache(maxsize=1)
def seen() -> "SeenNotices":
    """The ids that were taken; whoever is refused does not wait for pynamodb."""
    from homeroom.roster.webhook.store import SeenNotices  # noqa: PLC0415

    return SeenNotices(settings().need("transient_table"))


@app.route("POST", "/webhooks/clever")
def notice(event: Mapping[str, Any]) -> Answer:
    """Takes a notice; the answer is the same whether or not anything comes of it."""
    sent = Delivery(
        id=header(event, "webhook-id"),
        timestamp=header(event, "webhook-timestamp"),
        signature=header(event, "webhook-signature"),
        body=raw_body(event, MOST_BYTES),
    )
    service().take(sent, settings().clock().now())
    return answer(HTTPStatus.ACCEPTED, "{}", {"Content-Type": "application/json"})


def handler(event: dict[str, Any], _context: object) -> Answer:
    """Answers one request of API Gateway's."""
    try:
        return app.resolve(event)
    finally:
        telemetry.flush()
