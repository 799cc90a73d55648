"""The mailer on moto: a live district, SES, a user pool, and a clock that stands still."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from moto import mock_aws

from homeroom.runtime.settings import Settings, settings
from tests.support.machine import staged
from tests.support.mails import ENVIRONMENT, PostOffice

EVENTS = Path(__file__).parents[3] / "events"


def event(name: str) -> dict[str, Any]:
    """The event of that case."""
    return json.loads((EVENTS / f"outbox_mailer__{name}.json").read_text(encoding="utf-8"))


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    """A live district, nobody on its roster yet, and a post office that is open."""
    with mock_aws(), staged(**ENVIRONMENT) as stage:
        stage.register()
        monkeypatch.setattr(Settings, "clock", lambda _: SimpleNamespace(now=lambda: stage.now))
        made = PostOffice(stage)
        monkeypatch.setenv("USER_POOL_ID", made.pool)
        settings.cache_clear()
        yield made
