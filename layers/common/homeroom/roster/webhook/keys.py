"""The keys that notices are signed with, kept in Secrets Manager and remembered for at most five minutes (W-02)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from homeroom.roster.webhook import rules
from homeroom.roster.webhook.faults import faults

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

REMEMBERED = timedelta(minutes=5)


class Keys:
    """The active keys of one secret. Keep one for the process: it is what remembers."""

    def __init__(self, client: Callable[[], "SecretsManagerClient"], secret: str) -> None:
        self._client, self._secret = client, secret
        self._known: tuple[bytes, ...] = ()
        self._read_at = datetime.min.replace(tzinfo=UTC)

    def active(self, now: datetime) -> tuple[bytes, ...]:
        """The keys as the secret had them within the last five minutes; none when it has no value. Raises Fault."""
        if not timedelta() <= now - self._read_at < REMEMBERED:
            self._known, self._read_at = rules.keys(self._text()), now
        return self._known

    def _text(self) -> str:
        client = self._client()
        with faults():
            try:
                return client.get_secret_value(SecretId=self._secret).get("SecretString", "")
            except client.exceptions.ResourceNotFoundException:
                return ""
