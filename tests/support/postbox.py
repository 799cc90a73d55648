"""The mailer called as the outbox's stream would call it, and the mails that it hands to SES."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pytest

from homeroom.runtime import aws
from tests.support.mails import record

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it was handed over."""

    to: str
    subject: str
    text: str
    html: str

    def links(self) -> list[str]:
        """The addresses of pages in its text, in their order."""
        return re.findall(r"https?://[^\s<>]+", self.text)


class Postbox:
    """Remembers what the stream has brought."""

    def __init__(self) -> None:
        self._brought: set[tuple[str, str]] = set()

    def emptied(self, outbox: Iterable[Item], mailer: Callable[[Any, Any], Any]) -> list[Mail]:
        """Have the mailer take what has become new in the outbox; the mails that it sent, the oldest first."""
        fresh = [item for item in outbox if item["state"]["S"] == "new" and _version(item) not in self._brought]
        self._brought |= set(map(_version, fresh))
        records = [record(item, number) for number, item in enumerate(sorted(fresh, key=_version))]
        real, sent = aws.ses(), list[Mail]()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(aws, "ses", lambda: _Keeping(real, sent))
            again = mailer({"Records": records}, None)
        assert again == {"batchItemFailures": []}
        return sent


class _Keeping:
    """SES, which keeps a copy."""

    def __init__(self, real: aws.Sends, kept: list[Mail]) -> None:
        self._real, self._kept = real, kept

    def send_email(self, **request: Any) -> Any:
        """As SES version 2 has it."""
        answer = self._real.send_email(**request)
        said, (to,) = request["Content"]["Simple"], request["Destination"]["ToAddresses"]
        self._kept.append(Mail(to, said["Subject"]["Data"], *(said["Body"][part]["Data"] for part in ("Text", "Html"))))
        return answer


def _version(item: Item) -> tuple[str, str]:
    return item.get("again", item["created"])["S"], item["pk"]["S"]
