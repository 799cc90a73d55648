"""Teachers make, rename, archive and restore classes of their own (C-01, C-06, C-09, S-16)."""

from collections.abc import Callable, Mapping
from typing import Any

from homeroom.accounts.account import Account, Teaching
from homeroom.accounts.linking import Stamp
from homeroom.accounts.rules.accounts import is_child
from homeroom.classes.ids import ClassId
from homeroom.classes.model import ClassView, Code, Known
from homeroom.classes.rules.coaching import Action, ClassArchived
from homeroom.classes.rules.names import class_name
from homeroom.classes.service.capacity import Capacity
from homeroom.classes.service.sight import Sight
from homeroom.classes.store.classes import ClassStore
from homeroom.runtime.audit import Change
from homeroom.runtime.proofs import hashed
from homeroom.runtime.transact import StoreBusy

# Students who come and go at the same moment change what archiving has to count.
ATTEMPTS = 10


class Classes:
    """Changes independent classes. `new_code` makes a class code, `new_id` the id of a class (J-02)."""

    def __init__(
        self, store: ClassStore, sight: Sight, capacity: Capacity, *,
        new_code: Callable[[], str], new_id: Callable[[], str],
    ) -> None:  # fmt: skip
        self._store, self._sight, self._capacity = store, sight, capacity
        self._new_code, self._new_id = new_code, new_id

    def create(self, owner: Account, name: str, key: str, stamp: Stamp) -> ClassView:
        """A new class with its code. With the same `key` again the class that was made then, as it is. X-03.

        Raises InvalidInput, TeachersOnly, TooManyClasses, StoreBusy. Carries out C-01, C-06.
        """
        called = class_name(name)
        own = hashed(f"{owner.id}\n{key}") if key else self._new_id()
        klass = ClassId("independent", owner.id, own)
        if key and (made := self._store.get(klass)):
            return made
        self._capacity.require_owner(owner, child=is_child(owner, stamp.at))
        most = self._capacity.most(owner, stamp.at)
        for _ in range(ATTEMPTS):
            view = ClassView(klass, called, "active", stamp.at, owner=owner.id, code=self._new_code())
            code = Code(view.code, klass, "active", known=Known(owner.id, called, owner.name))
            refused = self._store.create(view, code, stamp.at, most.classes, _change("class.create", view, stamp, None))
            if refused is None:
                return view
            if refused == "exists" and (made := self._store.get(klass)):
                return made
            if refused == "no_room" and (lack := self._capacity.lack(owner.id, Teaching(classes=1), most)):
                raise lack
        raise StoreBusy

    def rename(self, account: Account, klass: ClassId, name: str, stamp: Stamp) -> None:
        """Give a class another name. Raises InvalidInput, and what `Sight.require` raises. C-09, S-16."""
        self._sight.require(account, klass, "rename", stamp.at)
        if not self._store.rename(klass, class_name(name)):
            raise ClassArchived("Restore the class first.")

    def archive(self, account: Account, klass: ClassId, stamp: Stamp) -> None:
        """Archive a class; one that is archived stays so. Raises what `Sight.require` raises, StoreBusy. C-09."""
        for _ in range(ATTEMPTS):
            seen = self._own(account, klass, "archive", stamp)
            if seen.state == "archived":
                return
            if self._store.archive(seen, stamp.at, _change("class.archive", seen, stamp, "archived")) is None:
                return
        raise StoreBusy

    def restore(self, account: Account, klass: ClassId, stamp: Stamp) -> None:
        """Bring an archived class back, with its students; one that is not archived stays as it is. C-06, C-09.

        Raises TooManyClasses and TeacherFull when there is no room any more, what `Sight.require` raises, StoreBusy.
        """
        most = self._capacity.most(account, stamp.at)
        for _ in range(ATTEMPTS):
            seen = self._own(account, klass, "restore", stamp)
            if seen.state != "archived":
                return
            change = _change("class.restore", seen, stamp, "active")
            refused = self._store.restore(seen, stamp.at, most, change)
            if refused is None:
                return
            back = Teaching(classes=1, places=seen.students)
            if refused == "no_room" and (lack := self._capacity.lack(account.id, back, most)):
                raise lack
        raise StoreBusy

    def _own(self, account: Account, klass: ClassId, action: Action, stamp: Stamp) -> ClassView:
        return self._sight.require(account, klass, action, stamp.at).klass


def _change(action: str, klass: ClassView, stamp: Stamp, state: str | None) -> Change:
    """What the audit log says of it. The row is one of its moment and request. X-04."""
    before: Mapping[str, Any] | None = {"state": klass.state} if state else None
    after = {"state": state or klass.state, "owner": klass.owner}
    return Change(
        id=f"{action}-{hashed(stamp.cause, 12)}", at=stamp.at, actor=stamp.actor, action=action,
        subject=f"class:{klass.id.text}", cause=stamp.cause, before=before, after=after,
    )  # fmt: skip
