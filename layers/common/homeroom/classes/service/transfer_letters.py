"""From a message to a letter about a class that is to change hands, if it still is (B-02)."""

from collections.abc import Callable
from datetime import datetime

from homeroom.accounts.account import Account
from homeroom.accounts.rules.accounts import is_child
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.classes.model import ClassView
from homeroom.classes.rules import transfer_letters as letters
from homeroom.classes.rules.transfers import accept_from
from homeroom.classes.store.rolls import RollStore
from homeroom.classes.store.transfers import TransferStore, class_of
from homeroom.classes.transfers import Transfer
from homeroom.mail.model import Dropped, Made, Spread, Writer
from homeroom.mail.rules import postal
from homeroom.runtime.messages import Message

GONE = Dropped("transfer_gone")
NO_ADDRESS = Dropped("no_address")

# The verified address of an account's login, "" when it has none.
Address = Callable[[str], str]


class TransferLetters:
    """Writes what students, guardians and the receiver are told. `front_end` is where they go from there."""

    def __init__(
        self, store: TransferStore, rolls: RollStore, accounts: ProfileStore, address: Address, *,
        front_end: str, now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._store, self._rolls, self._accounts, self._address = store, rolls, accounts, address
        self._front_end, self._now = front_end, now

    def writers(self) -> dict[str, Writer]:
        """Who writes what, by the message's kind."""
        return {"transfer": self.students, "transfer_offer": self.receiver}

    def students(self, message: Message) -> Made:
        """To each student of the class, before anything has changed: one message becomes one to each. B-02."""
        found = self._look(message)
        if found is None:
            return GONE
        offer, view = found
        members = {one.id for one in self._rolls.members(view.id)}
        if not message.account:
            one = {who: message.model_copy(update={"id": f"{message.id}:{who}", "account": who}) for who in members}
            return Spread(tuple(one[who] for who in sorted(one)))
        account = self._accounts.get(message.account)
        if account is None or message.account not in members:
            return Dropped("left")
        return self._to_student(account, self._said(offer, view))

    def receiver(self, message: Message) -> Made:
        """To the address that the class is offered to. B-02."""
        found = self._look(message)
        if found is None:
            return GONE
        offer, view = found
        to = postal(offer.to)
        if to is None:
            return NO_ADDRESS
        link = f"{self._front_end}/transfers/{offer.id}"
        return letters.receiver(to, self._said(offer, view), link)

    def _to_student(self, account: Account, said: letters.Offered) -> Made:
        """To the student, or to the guardian who answers for them: mail about a child goes to nobody else."""
        if is_child(account, self._now()):
            guardian = account.guardian
            to = postal(guardian.address) if guardian and guardian.state == "approved" else None
            return letters.guardian(to, said, self._front_end) if to else Dropped("no_guardian")
        to = postal(self._address(account.id))
        return letters.student(to, said, f"{self._front_end}/classes") if to else NO_ADDRESS

    def _look(self, message: Message) -> tuple[Transfer, ClassView] | None:
        klass = class_of(message.subject)
        offer, view = self._store.look(klass) if klass else (None, None)
        if offer is None or view is None or offer.id != message.subject or not offer.open(self._now()):
            return None
        return offer, view

    def _said(self, offer: Transfer, view: ClassView) -> letters.Offered:
        owner = self._accounts.get(offer.by)
        name, empty = owner.name if owner else "", not view.students
        return letters.Offered(view.name, name, accept_from(offer, students=1), empty=empty)
