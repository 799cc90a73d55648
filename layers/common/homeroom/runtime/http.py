"""The REST API's resolver: what Powertools routes, with our refusals, headers and limits around it.

event → plain (413, 415, base64) → route → answer → headers of every answer
                      └── any exception → one problem document (X-02)
"""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.utilities.typing import LambdaContext

from homeroom.runtime import answers, inbound, problems
from homeroom.runtime.answers import Answer
from homeroom.runtime.errors import NotFound


class Api(APIGatewayRestResolver):
    """Routes a REST proxy event and answers it, whatever happens. Make one with `api`."""

    def resolve(self, event: Mapping[str, Any], context: LambdaContext) -> Answer:
        """The answer to a request, as API Gateway wants it. Never raises. Carries out X-02, X-08."""
        found = answers.preflight() if event.get("httpMethod") == "OPTIONS" else self._routed(event, context)
        return answers.stamped(found, event)

    def _routed(self, event: Mapping[str, Any], context: LambdaContext) -> Answer:
        head = event.get("httpMethod") == "HEAD"
        try:
            # A HEAD is a GET whose body nobody wants (RFC 9110).
            plain = inbound.plain({**event, "httpMethod": "GET"} if head else event)
            found = super().resolve(plain, context)
        except Exception as error:  # noqa: BLE001  the last line: whatever it is, the caller gets an answer
            found = answers.problem(_ours(error), inbound.request_id(event))
        return {**found, "body": "", "isBase64Encoded": False} if head else found


def api() -> Api:
    """A resolver that checks requests and answers against the annotations of its routes, and documents them.

    A wrong answer is our fault, not the caller's: 500.
    """
    return _guarded(
        Api(
            enable_validation=True,
            response_validation_error_http_code=HTTPStatus.INTERNAL_SERVER_ERROR,
            json_body_deserializer=inbound.read_body,
        )
    )


def router() -> Router:
    """Routes of one resource, to be included in a resolver."""
    return Router()  # type: ignore[no-untyped-call]  # Powertools left its constructor without a return type


def _guarded(app: Api) -> Api:
    # One handler for all, also for Powertools' own refusals, so that there is one shape of error.
    guard: Callable[[Callable[[Exception], Response[str]]], object] = app.exception_handler(Exception)
    guard(lambda error: _problem(error, inbound.request_id(app.current_event.raw_event)))
    return app


def _problem(error: Exception, request_id: str) -> Response[str]:
    told = answers.refusal(_ours(error), request_id)
    return Response(
        told.status,
        content_type=problems.MEDIA_TYPE,
        body=json.dumps(problems.document(told, request_id)),
        headers=dict(problems.headers(told)),
    )


def _ours(error: Exception) -> Exception:
    """A refusal of Powertools' as one of ours."""
    if isinstance(error, NotFoundError):
        return NotFound("There is no such route.")
    if isinstance(error, RequestValidationError):
        return problems.invalid(error.errors())
    return error
