"""Independent classes, and what teachers add to district ones.

`C#U#<creator>#<class>` / `CLASS`         an independent class
                        / `S#<account>`   a student's place in it, kept when they leave
                        / `T#<account>`   its owner, or a co-teacher
                        / `I#<hash>`      an invitation of an address (invitations.py)
                        / `TRANSFER`      that it is offered to another teacher
`C#D#<district>#<section>` / `CODE`           a district class's code
                           / `ACCESS#<account>`  an administrator in it, for some days (B-03)
`CODE#<code>` / `CODE`                    the class of a code; never removed, so that no code comes twice (J-02)
The index `listing` gives an account's classes: `U#<account>` / the class. It lists, and grants nothing.
"""

from datetime import datetime
from typing import cast

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

from homeroom.classes.ids import ClassId
from homeroom.classes.model import ClassState, ClassView, Code, CodeState, Known, Seat, SeatState, Source, WaitsFor
from homeroom.classes.store import ClassItem
from homeroom.runtime.dynamo import TableMeta, TableModel

CLASS, CODE, TRANSFER = "CLASS", "CODE", "TRANSFER"
SEAT, TEACHER, ACCESS = "S#", "T#", "ACCESS#"


class IndependentItem(TableModel):
    """An independent class. `students` counts the places taken, `co_teachers` its teachers without the owner; `code` is
    the one in force.
    """

    class Meta(TableMeta):
        pass

    name = UnicodeAttribute()
    state = UnicodeAttribute()
    owner = UnicodeAttribute()
    code = UnicodeAttribute()
    approval = BooleanAttribute(null=True)
    students = NumberAttribute()
    co_teachers = NumberAttribute(null=True)
    created = UTCDateTimeAttribute()
    archived = UTCDateTimeAttribute(null=True)


class SeatItem(TableModel):
    """A student's place. Only who is in, or waits, is listed by the index."""

    class Meta(TableMeta):
        pass

    list_pk = UnicodeAttribute(null=True)
    list_sk = UnicodeAttribute(null=True)
    role = UnicodeAttribute()
    account = UnicodeAttribute()
    state = UnicodeAttribute()
    source = UnicodeAttribute()
    waits_for = UnicodeAttribute(null=True)
    asked = UTCDateTimeAttribute(null=True)
    started = UTCDateTimeAttribute(null=True)
    ended = UTCDateTimeAttribute(null=True)


class TeacherItem(TableModel):
    """A teacher of an independent class. `role` is owner or co_teacher."""

    class Meta(TableMeta):
        pass

    list_pk = UnicodeAttribute()
    list_sk = UnicodeAttribute()
    role = UnicodeAttribute()
    account = UnicodeAttribute()
    state = UnicodeAttribute()
    started = UTCDateTimeAttribute()


class AccessItem(TableModel):
    """An administrator in a district class. Over at `expires_at` (a second), whether or not it is still there."""

    class Meta(TableMeta):
        pass

    list_pk = UnicodeAttribute()
    list_sk = UnicodeAttribute()
    role = UnicodeAttribute()
    account = UnicodeAttribute()
    started = UTCDateTimeAttribute()
    expires_at = NumberAttribute()


class CodeItem(TableModel):
    """A code, and the class that it belongs to. From `owner` on: what a join wants to know of an independent class.

    That is a copy, which every join proves in its transaction, so that it may be late and never wrong.
    """

    class Meta(TableMeta):
        pass

    klass = UnicodeAttribute()
    state = UnicodeAttribute()
    expires = UTCDateTimeAttribute(null=True)
    made = UTCDateTimeAttribute()
    asked = UnicodeAttribute(null=True)
    owner = UnicodeAttribute(null=True)
    name = UnicodeAttribute(null=True)
    teacher = UnicodeAttribute(null=True)
    approval = BooleanAttribute(null=True)


class OwnCodeItem(TableModel):
    """The code in force of a district class, beside what the sync writes of it."""

    class Meta(TableMeta):
        pass

    code = UnicodeAttribute()


MODELS: tuple[type[TableModel], ...] = (IndependentItem, SeatItem, TeacherItem, AccessItem, CodeItem, OwnCodeItem)


def pk_of(klass: ClassId) -> str:
    """The partition of a class."""
    letter = "D" if klass.kind == "district" else "U"
    return f"C#{letter}#{klass.of}#{klass.own}"


def id_of(pk: str) -> ClassId:
    """The class of a partition."""
    _, letter, of, own = pk.split("#", 3)
    return ClassId("district" if letter == "D" else "independent", of, own)


def code_pk(code: str) -> str:
    """The partition of a code, in its normal form."""
    return f"CODE#{code}"


def account_list_pk(account: str) -> str:
    """Where the index lists an account's classes."""
    return f"U#{account}"


def independent_view(item: IndependentItem) -> ClassView:
    """An independent class as it is stored."""
    return ClassView(
        id=id_of(item.pk), name=item.name, state=cast("ClassState", item.state), created=item.created,
        owner=item.owner, code=item.code, approval=bool(item.approval), students=int(item.students),
        co_teachers=int(item.co_teachers or 0),
    )  # fmt: skip


def district_view(item: ClassItem, code: OwnCodeItem | None = None) -> ClassView:
    """A district class as the sync has stored it, with its code if it has one."""
    return ClassView(
        id=id_of(item.pk), name=item.name or "", state=cast("ClassState", item.state), teacher=item.teacher or "",
        code=code.code if code else "", school=item.school or "", subject=item.subject or "", grade=item.grade or "",
        ends=item.ends or "", until=item.until or "",
    )  # fmt: skip


def seat_of(item: SeatItem) -> Seat:
    """A place as it is stored."""
    return Seat(
        account=item.account, state=cast("SeatState", item.state), source=cast("Source", item.source),
        waits_for=cast("WaitsFor", item.waits_for or ""), asked=item.asked, started=item.started, ended=item.ended,
    )  # fmt: skip


def code_of(item: CodeItem) -> Code:
    """A code as it is stored."""
    known = Known(item.owner, item.name or "", item.teacher or "", bool(item.approval)) if item.owner else None
    return Code(
        item.pk.removeprefix("CODE#"), ClassId.read(item.klass), cast("CodeState", item.state), item.expires,
        known, item.asked or "",
    )  # fmt: skip


def code_item(code: Code, now: datetime) -> CodeItem:
    """A new code, unsaved."""
    known = code.known
    return CodeItem(
        code_pk(code.code), CODE, klass=code.klass.text, state=code.state, expires=code.expires, made=now,
        asked=code.asked or None, owner=known.owner if known else None, name=known.name or None if known else None,
        teacher=known.teacher or None if known else None, approval=known.approval or None if known else None,
    )  # fmt: skip


def seat_item(klass: ClassId, seat: Seat) -> SeatItem:
    """A place, unsaved; in the index while they are in, or wait."""
    pk, listed = pk_of(klass), seat.state in {"active", "waiting"}
    return SeatItem(
        pk, f"{SEAT}{seat.account}", list_pk=account_list_pk(seat.account) if listed else None,
        list_sk=pk if listed else None, role="student", account=seat.account, state=seat.state, source=seat.source,
        waits_for=seat.waits_for or None, asked=seat.asked, started=seat.started, ended=seat.ended,
    )  # fmt: skip


def access_until(item: AccessItem | None, now: datetime) -> datetime | None:
    """When an administrator's access ends; None when there is none, or it is over (B-03)."""
    if item is None or item.expires_at <= now.timestamp():
        return None
    return datetime.fromtimestamp(int(item.expires_at), now.tzinfo)
