"""The mailer's side of the outbox: what has become of each message. Every step is a condition on the one before."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import cast
from uuid import uuid4

from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from homeroom.mail.model import NoSuchMessage, NotStuck, Posted
from homeroom.runtime.dynamo import bind
from homeroom.runtime.messages import State
from homeroom.runtime.outbox import SK, OutboxItem, key, message_of

OPEN: tuple[State, ...] = ("new", "refused")


class Post:
    """Messages as the mailer and its operators see them."""

    def __init__(self, table: str) -> None:
        bind(table, OutboxItem)

    def get(self, message: str) -> Posted | None:
        """A message as it is now (a consistent read); None when there is none of that id."""
        item = self._item(message)
        return _posted(item) if item else None

    def claim(self, posted: Posted, now: datetime) -> Posted | None:
        """Take a message for sending; None when somebody else has taken it, or it has gone out."""
        name = uuid4().hex
        actions = [
            OutboxItem.state.set("sending"), OutboxItem.claimed.set(now), OutboxItem.claim.set(name),
            OutboxItem.attempts.add(1), OutboxItem.reason.remove(),
        ]  # fmt: skip
        return self._step(posted, actions, OutboxItem.state.is_in(*OPEN)) or self._ours(posted, name)

    def _ours(self, posted: Posted, name: str) -> Posted | None:
        """Our own claim, if its answer was lost and the client asked again; None when it is another's."""
        item = self._item(posted.message.id)
        return _posted(item) if item and item.claim == name else None

    def settle(self, posted: Posted, state: State, reason: str = "") -> bool:
        """Write down what became of a message; False when another has since done something with it."""
        told = OutboxItem.reason.set(reason) if reason else OutboxItem.reason.remove()
        actions = [OutboxItem.state.set(state), told, OutboxItem.claim.remove()]
        unchanged = OutboxItem.state == posted.state
        if posted.claimed is not None:
            unchanged &= OutboxItem.claimed == posted.claimed
        return self._step(posted, actions, unchanged) is not None

    def again(self, posted: Posted, now: datetime) -> None:
        """Make a stuck message new, whereupon the stream brings it. Raises NotStuck when it is not as it was read."""
        actions = [OutboxItem.state.set("new"), OutboxItem.again.set(now)]
        unchanged = (OutboxItem.state == posted.state) & (OutboxItem.attempts == posted.attempts)
        if not posted.stuck(now) or self._step(posted, actions, unchanged) is None:
            raise NotStuck

    def need(self, message: str) -> Posted:
        """A message as it is now. Raises NoSuchMessage."""
        found = self.get(message)
        if found is None:
            raise NoSuchMessage
        return found

    def stuck(self, now: datetime) -> Iterator[Posted]:
        """Every message that a person has to look at. Reads the whole table: for operators, never on a request."""
        waiting = OutboxItem.state.is_in("new", "refused", "sending", "failed", "unsure")
        for item in OutboxItem.scan(waiting, consistent_read=True):
            if (posted := _posted(item)).stuck(now):
                yield posted

    @staticmethod
    def _item(message: str) -> OutboxItem | None:
        try:
            return OutboxItem.get(key(message), SK, consistent_read=True)
        except DoesNotExist:
            return None

    @staticmethod
    def _step(posted: Posted, actions: Sequence[Action], condition: Condition) -> Posted | None:
        item = OutboxItem(key(posted.message.id), SK)
        try:
            item.update(list(actions), condition=OutboxItem.pk.exists() & condition)
        except UpdateError as error:
            if error.cause_response_code == "ConditionalCheckFailedException":
                return None
            raise
        return _posted(item)


def _posted(item: OutboxItem) -> Posted:
    return Posted(
        message=message_of(item),
        state=cast("State", item.state),
        reason=item.reason or "",
        attempts=int(item.attempts),
        claimed=item.claimed,
    )
