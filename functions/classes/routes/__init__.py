"""A file a resource; `ROUTERS` are all of them."""

from aws_lambda_powertools.event_handler.api_gateway import Router

ROUTERS: tuple[Router, ...] = ()
