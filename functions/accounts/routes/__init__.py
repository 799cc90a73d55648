"""A file a resource; `ROUTERS` are all of them."""

from . import me, permissions, proofs, student

ROUTERS = (me.router, permissions.router, proofs.router, student.router)
