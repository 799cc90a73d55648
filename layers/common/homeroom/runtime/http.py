"""The REST API's resolver: what Powertools routes, with our refusals, headers and limits around it.

event → plain (413, 415, base64) → route → answer → headers of every answer
                      └── any exception → one problem document (X-02)
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.utilities.typing import LambdaContext

from homeroom.runtime import inbound, problems
from homeroom.runtime.cors import cors_headers, preflight_headers
from homeroom.runtime.errors import HomeroomError
from homeroom.runtime.settings import settings

Answer = dict[str, Any]
EVERY_ANSWER = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Api(APIGatewayRestResolver):
    """Routes a REST proxy event and answers it, whatever happens. Make one with `api` or `quick_api`.

    `arriving` makes of an event what is routed.
    """

    arriving: Callable[[Mapping[str, Any]], dict[str, Any]] = staticmethod(inbound.plain)

    def resolve(self, event: Mapping[str, Any], context: LambdaContext) -> Answer:
        """The answer to a request, as API Gateway wants it. Never raises. Carries out X-02, X-08."""
        answer = self._preflight() if event.get("httpMethod") == "OPTIONS" else self._routed(event, context)
        stamp = EVERY_ANSWER | cors_headers(inbound.header(event, "origin"), settings().allowed_origins)
        answer["multiValueHeaders"] = {**answer["multiValueHeaders"], **{name: [text] for name, text in stamp.items()}}
        return answer

    def _routed(self, event: Mapping[str, Any], context: LambdaContext) -> Answer:
        head = event.get("httpMethod") == "HEAD"
        try:
            # A HEAD is a GET whose body nobody wants (RFC 9110).
            plain = self.arriving({**event, "httpMethod": "GET"} if head else event)
            answer = super().resolve(plain, context)
        except Exception as error:  # noqa: BLE001  the last line: whatever it is, the caller gets an answer
            answer = _answer(_problem(error, inbound.request_id(event)))
        return {**answer, "body": "", "isBase64Encoded": False} if head else answer

    @staticmethod
    def _preflight() -> Answer:
        return _answer(Response(HTTPStatus.NO_CONTENT, body="", headers=preflight_headers()))


def api() -> Api:
    """A resolver that checks requests and answers against the annotations of its routes, and documents them.

    A wrong answer is our fault, not the caller's: 500.
    """
    return _guarded(
        Api(
            enable_validation=True,
            response_validation_error_http_code=HTTPStatus.INTERNAL_SERVER_ERROR,
            json_body_deserializer=inbound.read_json,
        )
    )


def quick_api(*, raw: bool = False) -> Api:
    """The same without checks and without pydantic, for functions whose cold start counts: they check themselves.

    With `raw` a route gets the event as it came, and reads the body's own bytes with `inbound.raw_body`: what is signed
    must not be touched, or refused for its form, before the signature is.
    """
    app = Api(json_body_deserializer=inbound.read_json)
    if raw:
        app.arriving = dict
    return _guarded(app)


def router() -> Router:
    """Routes of one resource, to be included in a resolver."""
    return Router()  # type: ignore[no-untyped-call]  # Powertools left its constructor without a return type


def _guarded(app: Api) -> Api:
    # One handler for all, also for Powertools' own refusals, so that there is one shape of error.
    guard: Callable[[Callable[[Exception], Response[str]]], object] = app.exception_handler(Exception)
    guard(lambda error: _problem(error, inbound.request_id(app.current_event.raw_event)))
    return app


def _problem(error: Exception, request_id: str) -> Response[str]:
    refusal = problems.refusal(error)
    if refusal is None:
        _report(error, request_id)
        refusal = HomeroomError("The request could not be carried out. Quote the request id when you ask about it.")
    return Response(
        refusal.status,
        content_type=problems.MEDIA_TYPE,
        body=json.dumps(problems.document(refusal, request_id)),
        headers=dict(problems.headers(refusal)),
    )


def _answer(response: Response[str]) -> Answer:
    headers = {name: text if isinstance(text, list) else [text] for name, text in response.headers.items()}
    return {
        "statusCode": int(response.status_code),
        "body": response.body,
        "isBase64Encoded": False,
        "multiValueHeaders": headers,
    }


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
