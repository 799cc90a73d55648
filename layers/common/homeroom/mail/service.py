"""The mailer: each message once (I-06). Nothing is sent twice by a retry, and nothing is lost without saying so."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime

from aws_lambda_powertools.metrics import MetricUnit

from homeroom.mail.faults import lasting
from homeroom.mail.model import (
    DEAD_AFTER,
    Dropped,
    Letter,
    Made,
    NotStuck,
    Outcome,
    Posted,
    Refused,
    Sealed,
    Spread,
    Unsure,
    Writer,
)
from homeroom.mail.sender import Sender
from homeroom.mail.store import OPEN, Post
from homeroom.runtime.clock import Clock
from homeroom.runtime.messages import Message
from homeroom.runtime.outbox import Outbox
from homeroom.runtime.telemetry import logger, metrics

# A mail takes SES's time-outs and a few reads and writes; none is begun that might not end in the function's time.
LONGEST_SECONDS = 20.0
# What a defect of ours raises. Trying again would raise it again, and hold up all mail behind it.
DEFECTS = (LookupError, ValueError, TypeError, AttributeError)


class Mailer:
    """Carries messages out. `writers` know what each kind says; `sender` sends."""

    def __init__(self, post: Post, outbox: Outbox, writers: Mapping[str, Writer], sender: Sender) -> None:
        self._post, self._outbox, self._writers, self._sender = post, outbox, writers, sender

    def deliver(self, message: str, now: datetime) -> Outcome:
        """Deal with a message that the stream has brought, perhaps not for the first time.

        Answers `later` when it has to be brought again: SES would not take it now, or another delivery of it may
        still be at work. Raises what the stores raise; the message then stays as it is.
        """
        posted = self._post.get(message)
        outcome: Outcome = "settled"
        if posted is not None and posted.state in OPEN:
            outcome = self._open(posted, now)
        elif posted is not None and posted.state == "sending":
            outcome = self._taken(posted, now)
        if posted is not None and outcome != "settled":
            _tell(posted, outcome)
        return outcome

    def _open(self, posted: Posted, now: datetime) -> Outcome:
        try:
            made = self._made(posted.message)
        except Exception as error:
            reason = _reason(error)
            if reason is None:
                raise
            self._post.settle(posted, "failed", reason)
            return "failed"
        if isinstance(made, Letter | Sealed):
            return self._send(posted, made, now)
        if isinstance(made, Dropped):
            self._post.settle(posted, "dropped", made.reason)
            return "dropped"
        self._post.settle(posted, "sent")
        return "spread"

    def _made(self, message: Message) -> Made:
        made = self._writers[message.kind](message)
        if isinstance(made, Spread):
            # Their keys make them once each, so that this may be done again from the start.
            self._outbox.enqueue_all(made.messages)
        return made

    def _send(self, posted: Posted, made: Letter | Sealed, now: datetime) -> Outcome:
        claimed = self._post.claim(posted, now)
        if claimed is None:
            return "later"
        try:
            letter = made.seal() if isinstance(made, Sealed) else made
        except Exception as error:  # noqa: BLE001  whatever it is, the mail has not gone out
            reason = _reason(error)
            self._post.settle(claimed, "failed" if reason else "refused", reason or type(error).__name__)
            return "failed" if reason else "later"
        if isinstance(letter, Dropped):
            self._post.settle(claimed, "dropped", letter.reason)
            return "dropped"
        return self._hand_over(claimed, letter)

    def _hand_over(self, claimed: Posted, letter: Letter) -> Outcome:
        try:
            self._sender.send(letter)
        except Refused as refused:
            self._post.settle(claimed, "refused" if refused.again else "failed", refused.reason)
            return "later" if refused.again else "failed"
        except Unsure:
            self._post.settle(claimed, "unsure", "no_answer")
            return "unsure"
        self._post.settle(claimed, "sent")
        return "sent"

    def _taken(self, posted: Posted, now: datetime) -> Outcome:
        """Somebody took it. If they are dead they may have sent it first: nobody sends it after them."""
        if posted.claimed is not None and now - posted.claimed <= DEAD_AFTER:
            return "later"
        return "unsure" if self._post.settle(posted, "unsure", "interrupted") else "later"


def deliver_all(
    mailer: Mailer, brought: Iterable[tuple[str, str]], clock: Clock, left: Callable[[], float]
) -> list[str]:
    """Deal with what the stream brought, each as (place in the stream, message), in that order. One stops no other.

    `left` says how many seconds the function has. Gives the places of those that have to be brought again.
    """
    return [place for place, message in brought if not _dealt_with(mailer, message, clock, left)]


def _dealt_with(mailer: Mailer, message: str, clock: Clock, left: Callable[[], float]) -> bool:
    if left() < LONGEST_SECONDS:
        return False
    try:
        return mailer.deliver(message, clock.now()) != "later"
    except Exception as error:  # noqa: BLE001  whatever it is, the stream brings the message again
        logger().error("mail", extra={"mail": message, "error": type(error).__name__})
        return False


def send_again(post: Post, now: datetime, *, unsure: bool = False) -> list[str]:
    """Make every stuck message new that surely has not gone out, with `unsure` the others too. Their ids."""
    done = []
    for posted in post.stuck(now):
        if unsure or posted.state not in {"sending", "unsure"}:
            with suppress(NotStuck):  # somebody else was quicker
                post.again(posted, now)
                done.append(posted.message.id)
    return done


def _reason(error: Exception) -> str | None:
    """Why the same would fail again; None when it may not."""
    return type(error).__name__ if isinstance(error, DEFECTS) else lasting(error)


def _tell(posted: Posted, outcome: Outcome) -> None:
    said = {"mail": posted.message.id, "kind": posted.message.kind, "outcome": outcome}
    logger().info("mail", extra=said)
    metrics().add_metric(name=f"Mails{outcome.capitalize()}", unit=MetricUnit.Count, value=1)
