"""A file a resource; `ROUTERS` are all of them."""

from . import me, student

ROUTERS = (me.router, student.router)
