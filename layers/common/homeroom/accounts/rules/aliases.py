"""Further addresses of an account, verified by a mailed link (A-05)."""

from homeroom.accounts.account import Account
from homeroom.accounts.rules import address_problem, normalise_address
from homeroom.mail.rules import postal
from homeroom.runtime.errors import Conflict, InvalidInput

MOST_ADDRESSES = 10


class AddressTaken(Conflict):
    """The address is another account's: one account's alone (A-01)."""

    code = "address_taken"
    title = "Another account has this address"


class TooManyAddresses(Conflict):
    """The account has as many further addresses as an account can have."""

    code = "too_many_addresses"
    title = "No more addresses"


def mailable(text: str) -> str:
    """An address as it is compared, that mail can go to. Raises InvalidInput. Carries out A-01."""
    address = normalise_address(text)
    if address_problem(address) or postal(address) is None:
        raise InvalidInput("No mail can go to this address.", field="address")
    return address


def require_room(account: Account) -> None:
    """Raises TooManyAddresses when an account has as many further addresses as it can have."""
    if len(account.addresses) >= MOST_ADDRESSES:
        raise TooManyAddresses(f"An account has at most {MOST_ADDRESSES} addresses beside that of its login.")
