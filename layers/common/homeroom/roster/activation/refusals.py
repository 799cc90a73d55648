"""Why an account does not come to a roster record, or not yet (A-03, A-04, A-05, A-08, A-10)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from homeroom.runtime.errors import Conflict, Forbidden, HomeroomError, NotFound

Reason = Literal["no_section", "not_on_roster", "address_blocked", "already_linked", "linked_here"]


class NoSection(Conflict):
    """A student's record without a class: it cannot be activated until there is one (A-03)."""

    code = "no_section"
    title = "You are in no class of your district yet"


class NotOnRoster(Forbidden):
    """No roster has a record for an address that the account has verified (A-04)."""

    code = "not_on_roster"
    title = "No district's roster has you"


class AddressBlocked(Conflict):
    """Several records of the district claim the address, a student's among them (A-05)."""

    code = "address_blocked"
    title = "Several people of the district have this address"


class AlreadyLinked(Conflict):
    """Another account has activated the record; a person has to look at it (A-10)."""

    code = "already_linked"
    title = "Another account is linked to this record"


class LinkedHere(Conflict):
    """The account is somebody else of this district already; a student never merges with anybody (A-08)."""

    code = "linked_here"
    title = "Your account is linked to another record of this district"


class OwnerConfirms(Conflict):
    """The account has activity of its own: the district gets to see it only by its owner's word (A-04)."""

    code = "owner_must_confirm"
    title = "The account's owner has to agree"

    def __init__(
        self, detail: str = "Add their address to the record as an alias: they are asked when they next sign in."
    ) -> None:
        super().__init__(detail)


class ConfirmFirst(Conflict):
    """The caller's account has activity of its own: they have to agree to what the district will see (A-04)."""

    code = "confirm_first"
    title = "Agree first to what your district will see"


class LinkNotFound(NotFound):
    """No account is linked to the record."""

    code = "link_not_found"
    title = "There is no such link"


ERRORS: Mapping[Reason, type[HomeroomError]] = MappingProxyType({
    "no_section": NoSection, "not_on_roster": NotOnRoster, "address_blocked": AddressBlocked,
    "already_linked": AlreadyLinked, "linked_here": LinkedHere,
})  # fmt: skip
