"""Answers as API Gateway wants them, and what each of them carries: one shape of refusal, and headers (X-02, X-08)."""

import json
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from homeroom.runtime import inbound, problems
from homeroom.runtime.cors import cors_headers, preflight_headers
from homeroom.runtime.errors import HomeroomError
from homeroom.runtime.settings import settings

Answer = dict[str, Any]
EVERY_ANSWER = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def answer(status: int, body: str = "", headers: Mapping[str, str] | None = None) -> Answer:
    """An answer without what every one carries."""
    fields = {name: [text] for name, text in (headers or {}).items()}
    return {"statusCode": int(status), "body": body, "isBase64Encoded": False, "multiValueHeaders": fields}


def preflight() -> Answer:
    """What a browser is told before it asks. It sends no token with its question (X-08)."""
    return answer(HTTPStatus.NO_CONTENT, headers=preflight_headers())


def stamped(found: Answer, event: Mapping[str, Any]) -> Answer:
    """The answer to an event, with what every answer carries."""
    stamp = EVERY_ANSWER | cors_headers(inbound.header(event, "origin"), settings().allowed_origins)
    return {**found, "multiValueHeaders": {**found["multiValueHeaders"], **{k: [text] for k, text in stamp.items()}}}


def problem(error: Exception, request_id: str) -> Answer:
    """The problem document of an error as an answer (X-02)."""
    told = refusal(error, request_id)
    headers = {"Content-Type": problems.MEDIA_TYPE, **problems.headers(told)}
    return answer(told.status, json.dumps(problems.document(told, request_id)), headers)


def refusal(error: Exception, request_id: str) -> HomeroomError:
    """What the caller is told of an error: a refusal of ours as it is, of anything else that something went wrong."""
    if isinstance(error, HomeroomError):
        return error
    _report(error, request_id)
    return HomeroomError("The request could not be carried out. Quote the request id when you ask about it.")


def _report(error: Exception, request_id: str) -> None:
    """Say that something unexpected happened, and where, without its text, which may hold personal data (X-05)."""
    # Only a request that failed pays for these.
    from aws_lambda_powertools.metrics import SchemaValidationError  # noqa: PLC0415

    from homeroom.runtime import telemetry  # noqa: PLC0415

    telemetry.logger().error(
        "unexpected_error", extra={"request_id": request_id, "error": _name(error), "at": _at(error)}
    )
    telemetry.metrics().add_metric(name="UnexpectedErrors", unit="Count", value=1)
    with suppress(SchemaValidationError):  # a deployment without a namespace still has the line above
        telemetry.metrics().flush_metrics()


def _name(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _at(error: BaseException) -> list[str]:
    """The innermost places of its traceback, as module:line."""
    places, frame = [], error.__traceback__
    while frame is not None:
        places.append(f"{frame.tb_frame.f_globals.get('__name__', '?')}:{frame.tb_lineno}")
        frame = frame.tb_next
    return places[-5:]
