"""A batch of the notices' queue, as Lambda hands it over: each district once, and what fails goes back (W-04, W-05)."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from homeroom.runtime.telemetry import logger, metrics


def deliver(records: Sequence[Mapping[str, Any]], accept: Callable[[str], None], now: datetime) -> list[str]:
    """Accept each district that the messages name, once; gives the ids of the messages that SQS must keep.

    Those are the messages that cannot be read, and all of a district whose acceptance failed: SQS brings them again,
    and after the fifth time puts them with the dead letters.
    """
    districts: dict[str, list[str]] = {}
    kept: list[str] = []
    for record in records:
        try:
            message = json.loads(record["body"])
            waited = now - datetime.fromisoformat(message["at"])
            districts.setdefault(_text(message["district"]), []).append(record["messageId"])
        except (ValueError, KeyError, TypeError, RecursionError):
            logger().error("notice", extra={"message_id": record["messageId"], "error": "unreadable"})
            kept.append(record["messageId"])
        else:
            metrics().add_metric(name="NoticeSeconds", unit=MetricUnit.Seconds, value=waited.total_seconds())
    for district, messages in districts.items():
        if not _accepted(district, accept):
            kept += messages
    return kept


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _accepted(district: str, accept: Callable[[str], None]) -> bool:
    try:
        accept(district)
    except Exception as error:  # noqa: BLE001  one district's failure is not the others'
        logger().error("notice", extra={"district": district, "error": type(error).__name__})
        return False
    return True
