"""The district that tasks run for: registered and live, read from the Clever that the environment names."""

import os
from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr

from homeroom.roster import wiring
from homeroom.roster.clever.api import Credentials
from homeroom.roster.clever.client import CleverClient
from homeroom.roster.clever.source import CleverSource
from homeroom.roster.clever.tokens import DistrictToken, TokenList
from homeroom.runtime.settings import settings


def token() -> DistrictToken:
    """The only district's token."""
    client_id, _, secret = os.environ["BENCH_CLIENT"].partition(":")
    (found,) = TokenList(wiring.clever(), Credentials(client_id, SecretStr(secret))).all()
    return found


def source(_district: str = "") -> CleverSource:
    """The district as a roster source, as the fetch function opens it."""
    return CleverSource(wiring.clever(), token())


def client() -> CleverClient:
    """The HTTP client alone, for the peer."""
    return CleverClient(f"Bearer {token().token.get_secret_value()}", timeout_seconds=settings().clever_timeout_seconds)


def register() -> dict[str, Any]:
    """Register the district and let it go live."""
    service, now, district = wiring.registration(), datetime.now(UTC), token().district
    service.register(district, name="Bench", time_zone="America/New_York", actor="bench", now=now)
    wiring.discovery().discover([token()], now)
    service.go_live(district, actor="bench", now=now)
    return {"district": district}
