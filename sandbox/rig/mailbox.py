"""The mails that the local stack would have sent: the emulator keeps them, and nobody gets any."""

import json
import re
import time
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from sandbox.rig.stack import Stack

PATIENCE_SECONDS = 60.0
OURS = "Homeroom <"
_TOKEN = re.compile(r"token=([A-Za-z0-9_.-]+)")


@dataclass
class Mailbox:
    """What was sent since this was made."""

    stack: Stack
    _before: int = field(default=0, repr=False)

    def __post_init__(self) -> None:
        self._before = len(self._all())

    def mails(self) -> list[tuple[str, str]]:
        """To whom and with which subject, the oldest first."""
        return [(mail["To"][0], mail["Subject"]) for mail in self._all()[self._before :]]

    def settled(self) -> list[tuple[str, str]]:
        """The same, once no message waits in the outbox. Raises TimeoutError."""
        until = time.monotonic() + PATIENCE_SECONDS
        while any(item["state"]["S"] in {"new", "sending"} for item in self.stack.items("OutboxTable").values()):
            if time.monotonic() > until:
                raise TimeoutError("outbox")
            time.sleep(0.5)
        return self.mails()

    def texts(self, to: str, count: int = 1) -> list[str]:
        """The texts of the mails to an address since this was made, once there are so many. Raises TimeoutError."""
        until = time.monotonic() + PATIENCE_SECONDS
        while len(found := self._ours(to)) < count:
            if time.monotonic() > until:
                raise TimeoutError("mail")
            time.sleep(0.3)
        return [str(mail["BodyText"]) for mail in found]

    def tokens(self, to: str, count: int = 1) -> list[str]:
        """The tokens in the links of those mails. Raises TimeoutError."""
        return [token for text in self.texts(to, count) for token in _TOKEN.findall(text)]

    def _ours(self, to: str) -> list[dict[str, Any]]:
        # The user pool mails its own codes.
        return [mail for mail in self._all()[self._before :] if to in mail["To"] and mail["Source"].startswith(OURS)]

    def _all(self) -> list[dict[str, Any]]:
        url = f"{self.stack.names['aws_endpoint']}/_ministack/ses/messages"
        with urllib.request.urlopen(url) as answer:  # noqa: S310  loopback
            accounts = json.load(answer)["messages"].values()
        return [mail for mails in accounts for mail in mails]
