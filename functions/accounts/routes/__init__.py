"""A file a resource; `ROUTERS` are all of them."""

from . import activations, me, permissions, proofs, student

ROUTERS = (activations.router, me.router, permissions.router, proofs.router, student.router)
