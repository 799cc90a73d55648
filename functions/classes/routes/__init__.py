"""A file a resource; `ROUTERS` are all of them."""

from . import access, classes, invitations, students, transfer

ROUTERS = (classes.router, students.router, invitations.router, transfer.router, access.router)
