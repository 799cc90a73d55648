"""A file a resource; `ROUTERS` are all of them."""

from . import me

ROUTERS = (me.router,)
