"""Who has signed in, as an account: its record is made at the first request, and follows its login's address."""

from dataclasses import replace
from datetime import datetime

from homeroom.accounts.account import Account
from homeroom.accounts.rules.accounts import login_address
from homeroom.accounts.store.addresses import AddressStore
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.runtime.auth import Caller
from homeroom.runtime.transact import StoreBusy

ATTEMPTS = 3


class Callers:
    """Accounts behind callers. `settled` serves who has read the account already, together with other things."""

    def __init__(self, profiles: ProfileStore) -> None:
        self._profiles, self._addresses = profiles, AddressStore(profiles)

    def account(self, caller: Caller, now: datetime) -> Account:
        """The caller's account as it stands, made now if this is the first request of it. Raises StoreBusy."""
        return self.settled(self._profiles.get(caller.account), caller, now)

    def settled(self, found: Account | None, caller: Caller, now: datetime) -> Account:
        """The account that was read of a caller (None: there was none), once its record is what it should be.

        With nothing to be done, nothing is read or written. A login's changed address becomes the account's own if it
        is nobody's, and its old one becomes nobody's; somebody else's stays theirs. Raises StoreBusy. Carries out A-01.
        """
        address = login_address(caller.address)
        if found is None:
            return self._profiles.begin(caller.account, address, now)
        if address in {"", found.address}:
            return found
        return self._moved(found, address, now)

    def _moved(self, account: Account, address: str, now: datetime) -> Account:
        for _ in range(ATTEMPTS):
            owner = self._profiles.owner(address)
            wanted = address if owner in {"", account.id} else ""
            if account.address == wanted or self._addresses.move_login(account, wanted, now):
                return replace(account, address=wanted)
            account = self._profiles.get(account.id) or account
        raise StoreBusy
