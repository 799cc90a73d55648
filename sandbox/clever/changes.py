"""Roster changes as a school makes them; each ends in the events that Clever would emit."""

from collections.abc import Sequence

from . import shapes
from .collection import Record
from .errors import Refused
from .world import World


def join(world: World, student: str, section: str) -> None:
    """Enrol a student in a section."""
    world.need("users", student)
    _set_students(world, section, {*world.need("sections", section)["students"], student})


def leave(world: World, student: str, section: str) -> None:
    """Take a student out of a section; a section that loses its last student disappears."""
    _set_students(world, section, {*world.need("sections", section)["students"]} - {student})


def move(world: World, student: str, old: str, new: str) -> None:
    """Move a student from one section to another."""
    join(world, student, new)
    leave(world, student, old)


def set_teachers(world: World, section: str, teachers: Sequence[str]) -> None:
    """Give a section these teachers, the primary first; none at all is allowed."""
    row = world.draft("sections", section)
    row["teacher"] = teachers[0] if teachers else ""
    row["teachers"] = list(teachers)
    world.update("sections", row)


def set_primary(world: World, section: str, teacher: str) -> None:
    """Make a teacher the primary one; the former primary stays as co-teacher."""
    teachers = world.need("sections", section)["teachers"]
    set_teachers(world, section, [teacher, *(other for other in teachers if other != teacher)])


def co_teacher(world: World, section: str, add: str | None, remove: str | None) -> None:
    """Add a co-teacher at the end, or take one out; the primary moves up when it is the one taken out."""
    teachers = [other for other in world.need("sections", section)["teachers"] if other not in {add, remove}]
    set_teachers(world, section, [*teachers, add] if add else teachers)


def rekey(world: World, user: str) -> str:
    """Give a person a new Clever id with everything else the same; the new id."""
    row = world.draft("users", user)
    row["id"] = world.fresh_id()
    sections = world.sections_of(user)
    world.create("users", row)
    for section in sections:
        _swap(world, section, user, row["id"])
    world.delete("users", user)
    return str(row["id"])


def unshare(world: World, kind: str, object_id: str) -> None:
    """Stop sharing an object; a person leaves every section first, a school takes its sections along."""
    world.need(kind, object_id)
    if kind == "users":
        for section in world.sections_of(object_id):
            _swap(world, section, object_id, None)
    if kind == "schools":
        sections = world.collections["sections"]
        for row in [sections.at(place) for place in sections.after("")]:
            if row["school"] == object_id:
                world.delete("sections", row["id"])
    world.delete(kind, object_id)


def set_email(world: World, user: str, email: str) -> None:
    """Change the address, also where a student's role repeats it."""
    row = world.draft("users", user)
    row["email"] = email
    if "student" in row["roles"]:
        row["roles"]["student"]["email"] = email
    world.update("users", row)


def set_student(world: World, user: str, field: str, value: str) -> None:
    """Change one field of a student's role (`dob`, `grade`)."""
    row = world.draft("users", user)
    if "student" not in row["roles"]:
        raise Refused(400, f"{user} is no student")
    row["roles"]["student"][field] = value
    world.update("users", row)


def rename(world: World, kind: str, object_id: str, name: object) -> None:
    """Give an object another name: a text, or for a user an object of its name parts."""
    row = world.draft(kind, object_id)
    row["name"] = {**row["name"], **name} if isinstance(name, dict) and kind == "users" else name
    world.update(kind, row)


def hire(world: World, school: str, first: str, last: str, email: str) -> str:
    """A new teacher at a school, without sections yet; the new id."""
    world.need("schools", school)
    uid = world.fresh_id()
    roles = {"teacher": shapes.teacher_role(int(uid[12:], 16) + 900_000, (school,), "Teacher", uid)}
    world.create("users", shapes.user(uid, world.roster.district, email, (first, "", last), roles))
    return uid


def admit(world: World, person: Record, section: str) -> str:
    """A new student (`first`, `last`, `email`, `dob`, `grade`) in the school of a section; the new id."""
    uid = world.fresh_id()
    school = world.need("sections", section)["school"]
    known = {name: str(person.get(name, "")) for name in ("first", "last", "email", "dob", "grade")}
    details = shapes.student_details(int(uid[12:], 16) + 900_000)
    roles = {"student": shapes.student_role({**details, **known, "school": school})}
    name = (known["first"], "", known["last"])
    world.create("users", shapes.user(uid, world.roster.district, known["email"], name, roles))
    join(world, uid, section)
    return uid


def _set_students(world: World, section: str, students: set[str]) -> None:
    if not students:
        world.delete("sections", section)
        return
    row = world.draft("sections", section)
    row["students"] = sorted(students)
    world.update("sections", row)


def _swap(world: World, section: str, old: str, new: str | None) -> None:
    row = world.draft("sections", section)
    row["students"] = sorted(_replaced(row["students"], old, new))
    row["teachers"] = _replaced(row["teachers"], old, new)
    if row["teacher"] == old:
        row["teacher"] = new or next(iter(row["teachers"]), "")
    if row["students"]:
        world.update("sections", row)
    else:
        world.delete("sections", section)


def _replaced(users: Sequence[str], old: str, new: str | None) -> list[str]:
    swapped = (new if user == old else user for user in users)
    return [user for user in swapped if user]
