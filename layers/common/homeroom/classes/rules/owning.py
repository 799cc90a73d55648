"""Who may have classes of their own (C-01)."""

from collections.abc import Collection

from homeroom.runtime.errors import Forbidden

STUDENT = "student"


class TeachersOnly(Forbidden):
    """Students do not have classes of their own."""

    code = "teachers_only"
    title = "Only teachers can do this"


def refusal(roles: Collection[str], *, stated_child: bool) -> TeachersOnly | None:
    """Why an account may not have a class of its own; None when it may. Carries out C-01.

    `roles` are those of its roster records: none of an account without links, which may, unless `stated_child` says
    that it is known to be under 13.
    """
    if stated_child or (roles and set(roles) <= {STUDENT}):
        return TeachersOnly("Classes are created, and taken over, by teachers.")
    return None
