"""Routes that Powertools cannot describe: their handlers check for themselves, for the sake of their cold start.

By path and method, in OpenAPI's own words; it takes the place of what the handler's annotations would say. A file a
function.
"""

from ops.described import invitations, joins, webhook
from ops.described.parts import PROBLEM, Json
from ops.described.webhook import SCHEMES

OPERATIONS: dict[str, dict[str, Json]] = {**webhook.OPERATIONS, **invitations.OPERATIONS, **joins.OPERATIONS}

__all__ = ["OPERATIONS", "PROBLEM", "SCHEMES"]
