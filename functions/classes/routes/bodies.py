"""Classes and students, as teachers see them."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from homeroom.classes.model import ClassState, Role

from .shapes import Shape

if TYPE_CHECKING:
    from homeroom.classes.model import Standing
    from homeroom.classes.rules.limits import Measure
    from homeroom.classes.service.pages import ClassPage
    from homeroom.classes.service.students import Student


class ClassLine(Shape):
    """A class, and what the caller is in it."""

    id: str
    kind: Literal["district", "independent"] = Field(description="`district`: governed by the district's roster")
    name: str
    state: ClassState = Field(
        description="`ended`: its term is over. `frozen`: its section has gone from the roster, and it stands as it is "
        "through `until`. `archived`: readable, not changeable, and to be restored"
    )
    role: Role
    code: str = Field(description="What students join with; a district class's adds nobody, and helps them activate")
    school: str | None = Field(description="Of a district class: the school's id")
    subject: str | None
    grade: str | None
    ends: str | None = Field(description="Of a district class: the last day of its term, if it has one")
    until: str | None = Field(
        description="Of a frozen class: the last day on which it is there. Of one that has ended: the last day on "
        "which its teachers coach its students"
    )
    days_left: int | None = Field(description="Of a frozen class: days until then")
    access_until: datetime | None = Field(description="When an administrator's access to it ends")

    @classmethod
    def of(cls, one: "Standing", days_left: int | None) -> "ClassLine":
        """What of a class is shown in a list."""
        return cls(**_line(one, days_left))


class LimitBody(Shape):
    """How many there are of how many. In a district class there may be more."""

    count: int
    limit: int
    near: bool = Field(description="Whether nine tenths of the limit are reached")

    @classmethod
    def of(cls, one: "Measure") -> "LimitBody":
        """All of it."""
        return cls(count=one.count, limit=one.limit, near=one.near)


class ClassBody(ClassLine):
    """A class, how full it is, and how full its owner's hands are."""

    created_at: datetime | None = Field(description="Of an independent class")
    approval: bool = Field(description="Whether joins wait for a teacher's yes")
    teachers: int = Field(description="How many teach it, administrators with access for some days not counted")
    students: int = Field(description="How many are in it; who waits to be let in is not counted")
    limits: dict[str, LimitBody] = Field(
        description="`students`: in this class. For its owner also `teacher_students`, in all their independent "
        "classes, and `classes`, district classes among them"
    )

    @classmethod
    def shown(cls, page: "ClassPage") -> "ClassBody":
        """All that is shown of a class."""
        klass = page.standing.klass
        return cls(
            **_line(page.standing, page.days_left), created_at=klass.created, approval=klass.approval,
            teachers=page.headcount.teachers, students=page.headcount.students,
            limits={name: LimitBody.of(one) for name, one in page.limits.items()},
        )  # fmt: skip


class ClassPageBody(Shape):
    """Classes, by name."""

    items: list[ClassLine]
    next: str | None


class StudentBody(Shape):
    """A student of a class."""

    name: str = Field(description="Empty when they have told none")
    account: str | None = Field(description="Their account; null until a rostered student activates one")
    person: str | None = Field(description="Of a district class: their roster record")
    activated: bool
    grade: str | None
    joined_at: datetime | None = Field(description="Since when they are in the class")
    leaving: bool = Field(description="Has dropped out of the roster, and stays for some days of grace")

    @classmethod
    def of(cls, one: "Student") -> "StudentBody":
        """All of it: no address is known here."""
        return cls(
            name=one.name, account=one.account or None, person=one.person or None, activated=bool(one.account),
            grade=one.grade or None, joined_at=one.joined, leaving=one.leaving,
        )  # fmt: skip


class StudentPageBody(Shape):
    """Students, by name."""

    items: list[StudentBody]
    next: str | None


def _line(one: "Standing", days_left: int | None) -> dict[str, Any]:
    klass = one.klass
    plain = {name: getattr(klass, name) or None for name in ("school", "subject", "grade", "ends", "until")}
    said = {"id": klass.id.text, "kind": klass.id.kind, "name": klass.name, "state": klass.state, "code": klass.code}
    return {**plain, **said, "role": one.role, "days_left": days_left, "access_until": one.access_until}
