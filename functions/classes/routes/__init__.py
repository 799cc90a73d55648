"""A file a resource; `ROUTERS` are all of them."""

from . import classes, invitations, students

ROUTERS = (classes.router, students.router, invitations.router)
