"""A resolver for functions that somebody waits for: our refusals and headers, and nothing else.

Powertools' resolver takes half as long to import as boto3 with a client does; these functions have a route or two,
without anything to convert. Each checks what it is sent by itself, and is described by hand (ops/described.py).
"""

from collections.abc import Callable, Mapping
from typing import Any

from homeroom.runtime import answers, inbound
from homeroom.runtime.answers import Answer
from homeroom.runtime.errors import NotFound

Handler = Callable[[Mapping[str, Any]], Answer]


class QuickApi:
    """Answers a REST proxy event by its method and resource, whatever happens. `routes` is what it answers."""

    def __init__(self) -> None:
        self.routes: dict[tuple[str, str], Handler] = {}

    def route(self, method: str, path: str) -> Callable[[Handler], Handler]:
        """Has a handler answer a route, such as `POST` and `/join`. It gets the event as it came, bytes untouched."""

        def add(handler: Handler) -> Handler:
            self.routes[method, path] = handler
            return handler

        return add

    def resolve(self, event: Mapping[str, Any]) -> Answer:
        """The answer to a request, as API Gateway wants it. Never raises. Carries out X-02, X-08."""
        found = answers.preflight() if event.get("httpMethod") == "OPTIONS" else self._routed(event)
        return answers.stamped(found, event)

    def _routed(self, event: Mapping[str, Any]) -> Answer:
        try:
            return self._handler(event)(event)
        except Exception as error:  # noqa: BLE001  the last line: whatever it is, the caller gets an answer
            return answers.problem(error, inbound.request_id(event))

    def _handler(self, event: Mapping[str, Any]) -> Handler:
        handler = self.routes.get((str(event.get("httpMethod")), str(event.get("resource"))))
        if handler is None:
            raise NotFound("There is no such route.")
        return handler
