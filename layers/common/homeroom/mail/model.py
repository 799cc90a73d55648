"""What a message becomes: a letter, several messages, or nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from homeroom.runtime.errors import Conflict, NotFound
from homeroom.runtime.messages import Message, State

# Longer than a mailer can live: whoever claimed a message that long ago is dead (a test compares with the time-out).
DEAD_AFTER = timedelta(minutes=2)
# What has not gone out by then, the stream brings no more (a test compares with the event source).
GIVEN_UP_AFTER = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail, ready to go: one address, a subject of one line, the same content as text and as HTML."""

    to: str
    subject: str
    text: str
    html: str


class Dropped(NamedTuple):
    """Nobody is to be mailed, for a reason in one stable word."""

    reason: str


class Spread(NamedTuple):
    """The message is to several: these messages, one to each of them."""

    messages: tuple[Message, ...]


class Sealed(NamedTuple):
    """A letter with a secret, of which a hash is kept: `seal` makes it once nobody else can be sending the message.

    Made earlier, the hash of one delivery could take the place of another's whose mail goes out.
    """

    seal: Callable[[], Letter | Dropped]


Made = Letter | Sealed | Dropped | Spread
Writer = Callable[[Message], Made]
# `later`: the stream has to bring it again. `settled`: an earlier delivery had dealt with it.
Outcome = Literal["sent", "dropped", "spread", "failed", "unsure", "later", "settled"]


@dataclass(frozen=True, slots=True)
class Posted:
    """A message and how far it has come; `attempts` counts its claims."""

    message: Message
    state: State
    reason: str = ""
    attempts: int = 0
    claimed: datetime | None = None

    def stuck(self, now: datetime) -> bool:
        """Whether a person has to look at it: refused for good, unsure, or no longer brought by the stream."""
        if self.state in {"failed", "unsure"}:
            return True
        open_since = self.claimed if self.state == "sending" else self.message.created
        return self.state in {"new", "refused", "sending"} and now - (open_since or now) > GIVEN_UP_AFTER


class Refused(Exception):
    """SES said no, and the mail has not gone out: `reason` is its code, `again` whether it may take the same later."""

    def __init__(self, reason: str, *, again: bool) -> None:
        super().__init__(reason)
        self.reason, self.again = reason, again


class Unsure(Exception):
    """SES gave no answer: the mail may have gone out, or not."""


class NoSuchMessage(NotFound):
    """There is no such message, or it has expired."""

    code = "message_not_found"
    title = "No such message"


class NotStuck(Conflict):
    """The message has gone out, was dropped, or is still on its way."""

    code = "message_not_stuck"
    title = "The message does not wait for anybody"
