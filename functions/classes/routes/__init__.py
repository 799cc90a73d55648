"""A file a resource; `ROUTERS` are all of them."""

from . import invitations

ROUTERS = (invitations.router,)
