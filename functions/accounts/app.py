"""The REST API of accounts: who somebody is, what is theirs, and how they come to their roster record (A-01 … A-11)."""

from importlib import import_module
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from homeroom.runtime.http import api

# In Lambda this folder is the code's root; elsewhere it is a package. The routes are its own either way.
_routes = import_module(".routes" if __package__ else "routes", __package__)

app = api()
for _router in _routes.ROUTERS:
    app.include_router(_router)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers one request of API Gateway's."""
    return app.resolve(event, context)
