"""Counts wrong codes, of an account and of where it is (J-04). What is counted survives every restart."""

from datetime import datetime
from typing import NamedTuple

from homeroom.classes.rules import guesses
from homeroom.runtime.counters import Counters
from homeroom.runtime.proofs import hashed
from homeroom.runtime.together import Found, Want


class Guesser(NamedTuple):
    """Who tries a code: an account, and the network address that the gateway saw."""

    account: str
    address: str

    @property
    def own(self) -> str:
        """The name of the account's counter."""
        return f"guess:a:{self.account}"

    @property
    def source(self) -> str:
        """The name of the counter of where it is, which does not show the address (X-05)."""
        return f"guess:ip:{hashed(guesses.source_of(self.address))}"


class Guesses:
    """Failures, in counters."""

    def __init__(self, counters: Counters) -> None:
        self._counters = counters

    @staticmethod
    def wants(who: Guesser) -> list[Want]:
        """What to read for `check`, together with the code."""
        return [Counters.want(who.own), Counters.want(who.source)]

    @staticmethod
    def check(found: Found, who: Guesser, now: datetime) -> None:
        """Raises TooManyAttempts for who is not to be listened to, whatever they ask. Carries out J-04."""
        seconds = guesses.wait(Counters.count(found, who.own, now), Counters.count(found, who.source, now))
        if seconds:
            raise guesses.refusal(seconds)

    def failed(self, who: Guesser, now: datetime) -> None:
        """Count a failure. Raises TooManyAttempts when as many as are allowed were counted at the same moment."""
        # The source's counter stops at its limit: more would say no more.
        self._counters.take(who.source, guesses.A_SOURCE, guesses.WINDOW, now)
        if not self._counters.take(who.own, guesses.AN_ACCOUNT, guesses.WINDOW, now):
            left = self._counters.read([who.own], now)[who.own].seconds_left
            raise guesses.refusal(left or 1)
