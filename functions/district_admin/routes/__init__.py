"""A file a resource; `ROUTERS` are all of them."""

from . import reports, runs, settings

ROUTERS = (settings.router, runs.router, reports.router)
