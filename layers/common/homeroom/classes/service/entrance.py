"""What comes of a code, for whoever tries one: its class, or one refusal whatever is wrong with it (J-03, J-04)."""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from homeroom.accounts.account import Account
from homeroom.accounts.service.callers import Callers
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.classes.model import Code
from homeroom.classes.rules.codes import normal_code
from homeroom.classes.rules.joins import CodeNotFound
from homeroom.classes.service.guesses import Guesser, Guesses
from homeroom.classes.store.codes import CodeStore
from homeroom.runtime.auth import Caller
from homeroom.runtime.counters import Counters
from homeroom.runtime.together import read_together

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Attempt(NamedTuple):
    """Somebody tries a code, as they wrote it. `address` is the network address that the gateway saw."""

    caller: Caller
    text: str
    address: str
    at: datetime


class Admitted(NamedTuple):
    """A code that lets in, and the account of who tried it."""

    account: Account
    code: Code


class Entrance:
    """Reads all that a join needs in one request: the account, the code, and how often both were wrong."""

    def __init__(self, profiles: ProfileStore, codes: CodeStore, counters: Counters, client: "DynamoDBClient") -> None:
        self._profiles, self._codes, self._client = profiles, codes, client
        self._callers, self._guesses = Callers(profiles), Guesses(counters)

    def admit(self, attempt: Attempt) -> Admitted:
        """The code's class is open to be looked at, or joined. Raises CodeNotFound, TooManyAttempts, StoreBusy.

        What is no code, unknown, disabled, expired or rotated takes the same reads and writes. Carries out J-03, J-04.
        """
        text, account = normal_code(attempt.text), attempt.caller.account
        wants = [self._profiles.want(account), self._codes.want(text), *self._guesses.wants(_guesser(attempt))]
        found = read_together(self._client, wants)
        self._guesses.check(found, _guesser(attempt), attempt.at)
        code = self._codes.of(found, text)
        if code is None or not code.open(attempt.at):
            self.refuse(attempt)
        return Admitted(self._callers.settled(self._profiles.of(found, account), attempt.caller, attempt.at), code)

    def refuse(self, attempt: Attempt) -> NoReturn:
        """Count the failure and say that there is no such code. Raises CodeNotFound, TooManyAttempts."""
        self._guesses.failed(_guesser(attempt), attempt.at)
        raise CodeNotFound("Check it with your teacher: codes have eight letters and digits.")


def _guesser(attempt: Attempt) -> Guesser:
    return Guesser(attempt.caller.account, attempt.address)
