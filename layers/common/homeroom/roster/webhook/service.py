"""Taking a notice: prove it, know it again, queue it (W-01, W-02, W-04)."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from homeroom.roster.webhook import rules
from homeroom.roster.webhook.rules import Delivery, SignatureInvalid
from homeroom.runtime.telemetry import metrics


class Keys(Protocol):
    """The keys that notices may be signed with."""

    def active(self, now: datetime) -> tuple[bytes, ...]:
        """Those that we know of."""

    def renewed(self, now: datetime) -> tuple[bytes, ...]:
        """Those of this moment, or nearly."""


class Seen(Protocol):
    """The ids of notices that were taken."""

    def known(self, webhook_id: str, now: datetime) -> bool:
        """Whether this one was."""

    def remember(self, webhook_id: str, now: datetime) -> None:
        """Keep that it was."""


class Queue(Protocol):
    """Where notices wait."""

    def put(self, district: str, now: datetime) -> None:
        """Queue one, for good."""


class WebhookService:
    """Takes notices. `seen` gives the ids when they are first needed."""

    def __init__(self, keys: Keys, seen: Callable[[], Seen], queue: Queue) -> None:
        self._keys, self._seen, self._queue = keys, seen, queue

    def take(self, delivery: Delivery, now: datetime) -> None:
        """Queue a genuine notice, once for each id; of a type that we do not know, nothing. X-03, W-01, W-02, W-04.

        Raises SignatureInvalid, InvalidInput when a genuine one cannot be read, Fault when it is not queued: then the
        sender must send it again.
        """
        self._authenticate(delivery, now)
        notice = rules.read(delivery.body)
        if notice.type != rules.NEWS:
            _count("NoticesIgnored")
        elif self._seen().known(delivery.id, now):
            _count("NoticesRepeated")
        else:
            self._queue.put(notice.district, now)
            # Afterwards: a death in between doubles the message, which is harmless; the other way round it is lost.
            self._seen().remember(delivery.id, now)
            _count("NoticesQueued")

    def _authenticate(self, delivery: Delivery, now: datetime) -> None:
        try:
            rules.authenticate(delivery, self._keys.active(now), now)
        except SignatureInvalid:
            try:
                rules.authenticate(delivery, self._keys.renewed(now), now)
            except SignatureInvalid:
                _count("NoticesRefused")
                raise


def _count(name: str) -> None:
    metrics().add_metric(name=name, unit="Count", value=1)
