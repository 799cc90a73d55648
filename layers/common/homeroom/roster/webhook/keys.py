"""The keys that notices are signed with, kept in Secrets Manager and remembered for five minutes at most (W-02)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from homeroom.roster.webhook import rules
from homeroom.roster.webhook.faults import faults

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

REMEMBERED = timedelta(minutes=5)
# Whoever knocks with a wrong signature may have us look again, but not each of them.
LOOK_AGAIN = timedelta(seconds=10)


class Keys:
    """The active keys of one secret. Keep one for the process: it is what remembers."""

    def __init__(self, client: Callable[[], "SecretsManagerClient"], secret: str) -> None:
        self._client, self._secret = client, secret
        self._known: tuple[bytes, ...] = ()
        self._read_at = datetime.min.replace(tzinfo=UTC)

    def active(self, now: datetime) -> tuple[bytes, ...]:
        """The keys as the secret had them within the last five minutes; none when it has no value. Raises Fault."""
        return self._within(REMEMBERED, now)

    def renewed(self, now: datetime) -> tuple[bytes, ...]:
        """The keys as the secret had them within the last ten seconds: one may have been added. Raises Fault."""
        return self._within(LOOK_AGAIN, now)

    def _within(self, age: timedelta, now: datetime) -> tuple[bytes, ...]:
        if not timedelta() <= now - self._read_at < age:
            self._known, self._read_at = rules.keys(self._text()), now
        return self._known

    def _text(self) -> str:
        client = self._client()
        with faults():
            try:
                return client.get_secret_value(SecretId=self._secret).get("SecretString", "")
            except client.exceptions.ResourceNotFoundException:
                return ""
