"""`POST /webhooks/clever`: signed notices that a district has news (W-01, W-02, W-04)."""

from functools import lru_cache
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from homeroom.roster.webhook.rules import Delivery
from homeroom.roster.webhook.service import WebhookService
from homeroom.runtime import aws, telemetry
from homeroom.runtime.http import quick_api
from homeroom.runtime.inbound import header, raw_body
from homeroom.runtime.settings import settings

MOST_BYTES = 64 * 1024

app = quick_api(raw=True)


@lru_cache(maxsize=1)
def service() -> WebhookService:
    """What takes notices; kept, since it remembers the keys."""
    from homeroom.roster.webhook.keys import Keys  # noqa: PLC0415  the OpenAPI document needs none of them
    from homeroom.roster.webhook.queue import NoticesQueue  # noqa: PLC0415
    from homeroom.roster.webhook.store import SeenNotices  # noqa: PLC0415

    found = settings()
    return WebhookService(
        Keys(aws.secrets, found.need("webhook_secret_arn")),
        SeenNotices(found.need("transient_table")),
        NoticesQueue(aws.sqs, found.need("notices_queue_url")),
    )


@app.post("/webhooks/clever")
def notice() -> Response[str]:
    """Takes a notice; the answer is the same whether or not anything comes of it."""
    event = app.current_event.raw_event
    id_, timestamp, signature = (header(event, f"webhook-{name}") for name in ("id", "timestamp", "signature"))
    service().take(Delivery(id_, timestamp, signature, raw_body(event, MOST_BYTES)), settings().clock().now())
    return Response(HTTPStatus.ACCEPTED, content_type="application/json", body="{}")


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers one request of API Gateway's."""
    try:
        return app.resolve(event, context)
    finally:
        telemetry.flush()
