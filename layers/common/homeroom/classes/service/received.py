"""The invitations that somebody can accept, as they see them (I-02)."""

from datetime import datetime
from typing import NamedTuple

from homeroom.accounts.rules.accounts import owned
from homeroom.accounts.service.callers import Callers
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.classes.model import ClassView, Invitation
from homeroom.classes.service.accept import is_for
from homeroom.classes.store.acceptances import AcceptanceStore
from homeroom.runtime.auth import Caller
from homeroom.runtime.pages import Page, decode_cursor, encode_cursor


class Received(NamedTuple):
    """An invitation, its class, and the name of the class's owner, "" when they have given none."""

    invitation: Invitation
    view: ClassView
    teacher: str


class Receiving:
    """Lists invitations by the addresses that are the caller's own at this moment: also by those verified since.

    `co_teaching`: whether independent classes may have co-teachers (B-01); without it nobody is asked to be one.
    """

    def __init__(self, callers: Callers, profiles: ProfileStore, store: AcceptanceStore, *, co_teaching: bool) -> None:
        self._callers, self._profiles, self._store, self._co_teaching = callers, profiles, store, co_teaching

    def page(self, caller: Caller, now: datetime, limit: int, cursor: str | None) -> Page[Received]:
        """A page of the caller's open invitations. The index may lag: each is read again, and one that was answered
        since is left out. Raises InvalidInput (field `cursor`). Carries out I-02, I-03.
        """
        account = self._callers.account(caller, now)
        scope = f"received:{account.id}"
        after = decode_cursor(scope, cursor) or ""
        listed = [one for one in self._store.invitations.listed(owned(account, caller.address)) if one > after]
        found = self._store.open_ones(listed[:limit], now)
        mine = [(sent, view) for sent, view in found if is_for(sent, account, caller) and self._offered(sent)]
        owners = self._profiles.many(view.owner for _, view in mine)
        names = {one.id: one.name for one in owners.values()}
        items = [Received(sent, view, names.get(view.owner, "")) for sent, view in mine]
        return Page(items, encode_cursor(scope, listed[limit - 1]) if len(listed) > limit else None)

    def _offered(self, invitation: Invitation) -> bool:
        return self._co_teaching or invitation.kind == "student"
