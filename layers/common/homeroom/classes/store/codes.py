"""Codes as they are written: `CODE#<code>` / `CODE`, and `C#D#…` / `CODE` for the one in force of a district class."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from homeroom.classes.ids import ClassId
from homeroom.classes.model import Code, Known
from homeroom.classes.store.independent import (
    CLASS,
    CODE,
    CodeItem,
    OwnCodeItem,
    code_item,
    code_of,
    code_pk,
    pk_of,
)
from homeroom.runtime.dynamo import bind
from homeroom.runtime.together import Found, Want, read_together
from homeroom.runtime.transact import NEW, check, put, update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

OPEN = "#state = :active AND (attribute_not_exists(expires) OR expires > :now)"


class CodeStore:
    """Codes, in the classes table of that name."""

    def __init__(self, table: str, client: "DynamoDBClient") -> None:
        self.table, self._client = table, client
        bind(table, CodeItem, OwnCodeItem)

    @staticmethod
    def want(code: str) -> Want:
        """A code in its normal form, to be read together with other items; "" finds nothing, and takes as long."""
        return Want(CodeItem, code_pk(code), CODE)

    @staticmethod
    def of(found: Found, code: str) -> Code | None:
        """The code among what was read; None when there is no such one."""
        item = found.get(CodeItem, code_pk(code), CODE)
        return code_of(item) if item else None

    def many(self, codes: Iterable[str]) -> dict[str, Code]:
        """Those of the codes that there are (consistent reads), by code. Raises StoreBusy."""
        asked = [code for code in dict.fromkeys(codes) if code]
        found = read_together(self._client, map(self.want, asked))
        known = {code: self.of(found, code) for code in asked}
        return {code: one for code, one in known.items() if one}

    def own(self, classes: Iterable[ClassId]) -> dict[ClassId, str]:
        """The codes in force of district classes (consistent reads); those that have none yet are left out."""
        asked = list(dict.fromkeys(classes))
        found = read_together(self._client, (Want(OwnCodeItem, pk_of(klass), CODE) for klass in asked))
        items = {klass: found.get(OwnCodeItem, pk_of(klass), CODE) for klass in asked}
        return {klass: item.code for klass, item in items.items() if item}

    def put_action(self, code: Code, now: datetime) -> "TransactWriteItemTypeDef":
        """The action that makes a code, refused if there ever was the same (J-02)."""
        return put(self.table, code_item(code, now), NEW)

    def own_action(self, klass: ClassId, code: str, old: str = "") -> "TransactWriteItemTypeDef":
        """The action that puts a district class's code in force, refused if that of now is not `old`."""
        same, values = ("code = :old", {":old": {"S": old}}) if old else (NEW, None)
        return put(self.table, OwnCodeItem(pk_of(klass), CODE, code=code), same, values)

    def in_force_action(
        self, klass: ClassId, code: str, old: str, *, approval: bool, waited: bool
    ) -> "TransactWriteItemTypeDef":
        """The action that puts a code in force in the place of `old`, refused if that is no longer in force.

        In an independent class also whether joins wait, and refused if that is no longer as they `waited`, or the class
        is archived (C-09).
        """
        if klass.kind == "district":
            return self.own_action(klass, code, old)
        values: dict[str, Any] = {
            ":code": {"S": code}, ":old": {"S": old}, ":approval": {"BOOL": approval}, ":active": {"S": "active"},
            ":yes": {"BOOL": True},
        }  # fmt: skip
        asks = "approval = :yes" if waited else "(attribute_not_exists(approval) OR approval <> :yes)"
        change, same = "SET code = :code, approval = :approval", f"code = :old AND #state = :active AND {asks}"
        return update(self.table, pk_of(klass), CLASS, change, same, values, state="state")

    def open_action(self, code: str, now: datetime, learnt: Known | None = None) -> "TransactWriteItemTypeDef":
        """The action that is refused unless a code lets in at that moment; it takes up what was learnt of the class."""
        values: dict[str, Any] = {":active": {"S": "active"}, ":now": {"S": _moment(now)}}
        if learnt is None:
            return check(self.table, code_pk(code), CODE, OPEN, values, state="state")
        change, more, names = _learning(learnt)
        return update(self.table, code_pk(code), CODE, change, OPEN, values | more, state="state", **names)

    def state_action(self, code: Code, was: Code) -> "TransactWriteItemTypeDef":
        """The action that changes a code's state, end and approval, refused if state or end have changed since."""
        approval = bool(code.known and code.known.approval)
        values: dict[str, Any] = {
            ":was": {"S": was.state}, ":state": {"S": code.state}, ":approval": {"BOOL": approval},
        }  # fmt: skip
        same = "#state = :was AND attribute_not_exists(expires)"
        if was.expires:
            same = "#state = :was AND expires = :before"
            values[":before"] = {"S": _moment(was.expires)}
        change = "SET #state = :state, approval = :approval REMOVE expires"
        if code.expires:
            change = "SET #state = :state, approval = :approval, expires = :expires"
            values[":expires"] = {"S": _moment(code.expires)}
        return update(self.table, code_pk(code.code), CODE, change, same, values, state="state")


def _learning(known: Known) -> tuple[str, dict[str, Any], dict[str, str]]:
    """What is known of a class as a change: an update expression, its values and its names."""
    said = {"owner": known.owner, "name": known.name, "teacher": known.teacher}
    values: dict[str, Any] = {f":{key}": {"S": text} for key, text in said.items()}
    parts = [f"#{key} = :{key}" for key in said]
    change = f"SET {', '.join([*parts, 'approval = :approval'])}"
    return change, values | {":approval": {"BOOL": known.approval}}, {key: key for key in said}


def _moment(at: datetime) -> str:
    # As the models write moments: in UTC, so that texts sort as times.
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f%z")
