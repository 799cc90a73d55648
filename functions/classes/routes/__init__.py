"""A file a resource; `ROUTERS` are all of them."""

from . import access, classes, code, invitations, joins, students, teachers, transfer

ROUTERS = (
    classes.router, students.router, code.router, joins.router, invitations.router, teachers.router, transfer.router,
    access.router,
)  # fmt: skip
