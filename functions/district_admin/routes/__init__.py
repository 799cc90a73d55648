"""A file a resource; `ROUTERS` are all of them."""

from . import decisions, links, people, reports, runs, settings

ROUTERS = (settings.router, runs.router, decisions.router, reports.router, people.router, links.router)
