"""A file a resource; `ROUTERS` are all of them."""

from . import access, classes, invitations, students, teachers, transfer

ROUTERS = (classes.router, students.router, invitations.router, teachers.router, transfer.router, access.router)
