"""Codes of classes, for their teachers: made, shown, rotated, closed and opened again (J-02, J-06)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from homeroom.accounts.account import Account
from homeroom.accounts.linking import Stamp
from homeroom.classes.ids import ClassId
from homeroom.classes.model import ClassView, Code
from homeroom.classes.rules.code_changes import CodeChange, changed, require
from homeroom.classes.rules.codes import make_code
from homeroom.classes.service.sight import Sight
from homeroom.classes.store.audits import audit_action
from homeroom.classes.store.codes import CodeStore
from homeroom.runtime.audit import Change
from homeroom.runtime.proofs import Randomness, hashed
from homeroom.runtime.transact import StoreBusy, transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ATTEMPTS = 5


class Shown(NamedTuple):
    """A class's code, and whether joins by it wait for a teacher's yes."""

    code: Code
    approval: bool


class Codes:
    """Makes and changes codes. `randomness` gives so many bytes from a cryptographic source."""

    def __init__(self, store: CodeStore, sight: Sight, client: "DynamoDBClient", randomness: Randomness) -> None:
        self._store, self._sight, self._client, self._randomness = store, sight, client, randomness

    def ensure(self, classes: Iterable[ClassId], now: datetime) -> dict[ClassId, str]:
        """The codes in force of district classes, made for those that have none.

        However many ask at once, a class gets one code. Raises StoreBusy. Carries out J-02.
        """
        asked = list(dict.fromkeys(classes))
        codes = self._store.own(asked)
        for klass in asked:
            if klass not in codes:
                codes[klass] = self._first(klass, now)
        return codes

    def show(self, account: Account, klass: ClassId, now: datetime) -> Shown:
        """The code of a class. Raises what `Sight.require` raises, StoreBusy."""
        return self._shown(self._sight.require(account, klass, "code", now).klass, now)

    def change(self, account: Account, klass: ClassId, change: CodeChange, key: str, stamp: Stamp) -> Shown:
        """Do that to the code of a class; what is so already changes nothing. J-06, X-03, X-04.

        A code that was rotated never lets anybody in again. With the same `key` it is rotated once. Raises
        InvalidInput, what `Sight.require` raises, StoreBusy.
        """
        asked = hashed(f"{account.id}\n{key}") if key else ""
        for _ in range(ATTEMPTS):
            view = self._sight.require(account, klass, "manage_code", stamp.at).klass
            require(change, klass, stamp.at)
            before = self._shown(view, stamp.at)
            if change.action == "rotate" and asked and before.code.asked == asked:
                return before
            code = changed(before.code, change, make_code(self._randomness), asked)
            after = Shown(code, before.approval if change.approval is None else change.approval)
            if after == before or self._written(view, before, after, stamp):
                return after
        raise StoreBusy

    def _shown(self, view: ClassView, now: datetime) -> Shown:
        text = view.code or self.ensure([view.id], now)[view.id]
        code = self._store.many([text]).get(text)
        if code is None:  # as if the class had just lost it to a rotation: the next read finds the new one
            raise StoreBusy
        return Shown(code, view.approval)

    def _first(self, klass: ClassId, now: datetime) -> str:
        for _ in range(ATTEMPTS):
            code = Code(make_code(self._randomness), klass, "active")
            refused = transact(
                self._client, [self._store.own_action(klass, code.code), self._store.put_action(code, now)]
            )
            if not refused:
                return code.code
            if made := self._store.own([klass]).get(klass):
                return made
        raise StoreBusy

    def _written(self, view: ClassView, before: Shown, after: Shown, stamp: Stamp) -> bool:
        """One transaction, so that of a join and a rotation one comes first. Carries out J-03, J-06."""
        old, new = before.code, after.code
        if new.code == old.code:
            codes = [self._store.state_action(new, old)]
        else:
            codes = [self._store.state_action(replace(old, state="rotated"), old)]
            codes.append(self._store.put_action(new, stamp.at))
        in_force = self._store.in_force_action(
            view.id, new.code, old.code, approval=after.approval, waited=before.approval
        )
        row = audit_action(self._store.table, view.id, _row(view, before, after, stamp))
        return not transact(self._client, [*codes, in_force, row])


def _row(view: ClassView, before: Shown, after: Shown, stamp: Stamp) -> Change:
    # The codes themselves let people in, and have no place in a log.
    told = _told(after) | ({"rotated": True} if after.code.code != before.code.code else {})
    return Change(
        id=f"class.code-{stamp.cause}", at=stamp.at, actor=stamp.actor, action="class.code",
        subject=f"class:{view.id.text}", cause=stamp.cause, before=_told(before), after=told,
    )  # fmt: skip


def _told(shown: Shown) -> dict[str, Any]:
    ends = shown.code.expires.isoformat() if shown.code.expires else None
    return {"state": shown.code.state, "expires": ends, "approval": shown.approval}
