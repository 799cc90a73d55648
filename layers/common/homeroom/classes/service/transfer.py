"""A class is offered to another teacher, who accepts (B-02)."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from homeroom.accounts.account import Account, Teaching
from homeroom.accounts.linking import Stamp
from homeroom.accounts.rules import address_problem, normalise_address
from homeroom.accounts.rules.accounts import is_child, owned
from homeroom.classes.ids import ClassId
from homeroom.classes.model import ClassView
from homeroom.classes.rules.coaching import ClassArchived
from homeroom.classes.rules.invitations import CoTeachingNotAvailable, StudentOfClass, TooManyTeachers
from homeroom.classes.rules.limits import CO_TEACHERS_A_CLASS
from homeroom.classes.rules.transfers import (
    VALID,
    TransferExpired,
    TransferNotAvailable,
    TransferNotFound,
    accept_from,
    not_yet,
)
from homeroom.classes.service.capacity import Capacity
from homeroom.classes.service.sendings import Sendings
from homeroom.classes.service.sight import Sight
from homeroom.classes.store.transfers import TransferStore, class_of, transfer_id
from homeroom.classes.transfers import Transfer
from homeroom.mail.rules import postal
from homeroom.runtime.audit import Change
from homeroom.runtime.errors import InvalidInput
from homeroom.runtime.messages import Message
from homeroom.runtime.outbox import Outbox
from homeroom.runtime.transact import StoreBusy

# Students who come and go at the same moment change what is handed over.
ATTEMPTS = 10


class Switches(NamedTuple):
    """What is on: handing over classes (B-02), and co-teachers in independent classes (B-01)."""

    transfer: bool
    co_teaching: bool


class Transfers:
    """Hands classes over. `new_id` tells one offer of a class from another."""

    def __init__(
        self, store: TransferStore, sight: Sight, capacity: Capacity, outbox: Outbox, sendings: Sendings, *,
        switches: Switches, new_id: Callable[[], str],
    ) -> None:  # fmt: skip
        self._store, self._sight, self._capacity, self._outbox = store, sight, capacity, outbox
        self._sendings, self._switches, self._new_id = sendings, switches, new_id

    def offer(self, owner: Account, verified: str, klass: ClassId, to: "Offer", stamp: Stamp) -> "Offered":
        """Offer a class to an address; its students and the receiver are told. The same again is the same offer. X-03.

        An offer to somebody else, or on other terms, takes the place of an earlier one, and gives its students time
        anew. `verified` is the owner's login's address. Its mails are of the day's, as those of invitations are. Raises
        TransferNotAvailable, InvalidInput (field `address`), CoTeachingNotAvailable, TooManyInvitations, what
        `Sight.require` raises, StoreBusy. Carries out B-02, I-06.
        """
        self._sight.require(owner, klass, "transfer", stamp.at)
        self._require_on()
        address = _postal(to.address)
        if address in owned(owner, verified):
            raise InvalidInput("The class is yours already.", field="address")
        if to.stay and not self._switches.co_teaching:
            raise CoTeachingNotAvailable("You cannot stay as a co-teacher.")
        standing, view = self._store.look(klass)
        students = view.students if view else 0
        if standing and standing.open(stamp.at) and (standing.to, standing.stay) == (address, to.stay):
            return Offered(standing, accept_from(standing, students))
        self._sendings.reserve_whole(owner.id, address, students, stamp.at)
        made = self._offered(owner, klass, Offer(address, to.stay), stamp)
        return Offered(made, accept_from(made, students))

    def accept(self, account: Account, verified: str, transfer: str, stamp: Stamp) -> ClassId:
        """Take over a class that was offered to an address of one's own; accepted already, nothing changes. X-03.

        Raises TransferNotAvailable, TransferNotFound, TransferExpired, ClassArchived, TransferNotYet, StudentOfClass,
        TeachersOnly, TooManyClasses, TeacherFull, TooManyTeachers, StoreBusy. Carries out B-01, B-02.
        """
        self._require_on()
        for _ in range(ATTEMPTS):
            offer, view = self._look(transfer)
            if offer.state == "accepted" and offer.account == account.id:
                return view.id
            _require_acceptable(offer, view, account, verified, stamp)
            if self._accepted(offer, view, account, stamp):
                return view.id
        raise StoreBusy

    def _offered(self, owner: Account, klass: ClassId, to: "Offer", stamp: Stamp) -> Transfer:
        transfer = Transfer(
            id=transfer_id(klass, self._new_id()), klass=klass, to=to.address, by=owner.id, stay=to.stay,
            state="offered", offered=stamp.at, expires=stamp.at + VALID,
        )  # fmt: skip
        told = [
            self._outbox.put_action(
                Message(id=f"{kind}:{transfer.id}", kind=kind, subject=transfer.id, created=stamp.at, actor=owner.id)
            )
            for kind in ("transfer", "transfer_offer")
        ]
        after = {"owner": owner.id, "stay": to.stay}
        if not self._store.offer(transfer, *told, change=_change("class.transfer_offer", transfer, stamp, None, after)):
            # Archived, or handed over, since it was read: by now it is refused for that.
            self._sight.require(owner, klass, "transfer", stamp.at)
            raise StoreBusy
        return transfer

    def _accepted(self, offer: Transfer, view: ClassView, account: Account, stamp: Stamp) -> bool:
        """Whether the class is handed over now; if not, it or the offer has changed. Raises what refuses it."""
        self._capacity.require_owner(account, child=is_child(account, stamp.at))
        most = self._capacity.most(account, stamp.at)
        change = _change(
            "class.transfer", offer, stamp, {"owner": view.owner}, {"owner": account.id, "stay": offer.stay}
        )
        teaches = self._store.teaches(view.id, account.id)
        if view.co_teachers + offer.stay - teaches > CO_TEACHERS_A_CLASS:
            raise TooManyTeachers("With its owner staying it would have more. Ask for an offer without that.")
        refused = self._store.accept(offer, view, account.id, most, change, teaches=teaches)
        if refused == "student":
            raise StudentOfClass("Leave the class as a student first.")
        held = Teaching(classes=1, places=view.students)
        if refused == "no_room" and (lack := self._capacity.lack(account.id, held, most)):
            raise lack
        return refused is None

    def _look(self, transfer: str) -> tuple[Transfer, ClassView]:
        klass = class_of(transfer)
        offer, view = self._store.look(klass) if klass else (None, None)
        if offer is None or view is None or offer.id != transfer:
            raise TransferNotFound
        return offer, view

    def _require_on(self) -> None:
        if not self._switches.transfer:
            raise TransferNotAvailable


class Offer(NamedTuple):
    """To whom a class is offered, and whether its owner stays as a co-teacher."""

    address: str
    stay: bool = False


class Offered(NamedTuple):
    """An offer, and from when on it can be accepted with the students that the class has now."""

    transfer: Transfer
    accept_from: datetime


def _require_acceptable(offer: Transfer, view: ClassView, account: Account, verified: str, stamp: Stamp) -> None:
    if offer.state != "offered" or offer.to not in owned(account, verified) or offer.by != view.owner:
        raise TransferNotFound
    # The address may have become the owner's own since.
    if account.id == view.owner:
        raise TransferNotFound("The class is yours already.")
    if not offer.open(stamp.at):
        raise TransferExpired("Ask the teacher to offer the class again.")
    if view.state == "archived":
        raise ClassArchived("Its teacher has to restore the class first.")
    # By the students of now: a class that had none when it was offered may have some, who were not told either.
    if stamp.at < (start := accept_from(offer, view.students)):
        raise not_yet(start)


def _postal(text: str) -> str:
    address = normalise_address(text)
    if address_problem(address) or postal(address) is None:
        raise InvalidInput("address is not one that mail can go to.", field="address")
    return address


def _change(
    action: str, transfer: Transfer, stamp: Stamp, before: dict[str, object] | None, after: dict[str, object]
) -> Change:
    return Change(
        id=f"{action}-{transfer.id[-32:]}", at=stamp.at, actor=stamp.actor, action=action,
        subject=f"class:{transfer.klass.text}", cause=stamp.cause, before=before, after=after,
    )  # fmt: skip
