"""The environment of a function, read once, on first use, never at import."""

import os
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from homeroom.runtime.clock import Clock, SystemClock


class MissingSetting(RuntimeError):
    """A function was deployed without a variable that it needs. Names the variable, never a value."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What template.yaml tells a function. A field that the function at hand does not need is empty."""

    districts_table: str
    classes_table: str
    users_table: str
    transient_table: str
    outbox_table: str
    roster_bucket: str
    roster_state_machine_arn: str
    hold_state_machine_arn: str
    clever_secret_arn: str
    webhook_secret_arn: str
    notices_queue_url: str
    clever_api_url: str
    clever_auth_url: str
    clever_api_version: str
    clever_page_size: int
    clever_timeout_seconds: float
    frozen_today: str
    allowed_origins: tuple[str, ...]
    user_pool_client_id: str
    user_pool_id: str
    mail_from: str
    front_end_url: str
    class_transfer: bool
    independent_co_teaching: bool

    def need(self, name: str) -> str:
        """The value of a text field. Raises MissingSetting when it is empty."""
        value = getattr(self, name)
        if not isinstance(value, str) or not value:
            raise MissingSetting(name.upper())
        return value

    def clock(self) -> Clock:
        """The machine's clock. A rehearsal changes what counts as today, never the time by which leases run out."""
        return SystemClock()

    def rehearsed(self) -> date | None:
        """The date that a rehearsal takes for today, or None in earnest."""
        return date.fromisoformat(self.frozen_today) if self.frozen_today else None


def read(environ: dict[str, str]) -> Settings:
    """Settings from an environment. Raises ValueError when a number is not one."""
    return Settings(
        districts_table=environ.get("DISTRICTS_TABLE", ""),
        classes_table=environ.get("CLASSES_TABLE", ""),
        users_table=environ.get("USERS_TABLE", ""),
        transient_table=environ.get("TRANSIENT_TABLE", ""),
        outbox_table=environ.get("OUTBOX_TABLE", ""),
        roster_bucket=environ.get("ROSTER_BUCKET", ""),
        roster_state_machine_arn=environ.get("ROSTER_STATE_MACHINE_ARN", ""),
        hold_state_machine_arn=environ.get("HOLD_STATE_MACHINE_ARN", ""),
        clever_secret_arn=environ.get("CLEVER_SECRET_ARN", ""),
        webhook_secret_arn=environ.get("WEBHOOK_SECRET_ARN", ""),
        notices_queue_url=environ.get("NOTICES_QUEUE_URL", ""),
        clever_api_url=environ.get("CLEVER_API_URL", "https://api.clever.com"),
        clever_auth_url=environ.get("CLEVER_AUTH_URL", "https://clever.com"),
        clever_api_version=environ.get("CLEVER_API_VERSION", "v3.1"),
        clever_page_size=int(environ.get("CLEVER_PAGE_SIZE", "1000")),
        clever_timeout_seconds=float(environ.get("CLEVER_TIMEOUT_SECONDS", "30")),
        # CloudFormation keeps a parameter that is not given again, and no empty one can be given: hence the word.
        frozen_today=environ.get("FROZEN_TODAY", "none").removeprefix("none"),
        allowed_origins=tuple(part.strip() for part in environ.get("ALLOWED_ORIGINS", "").split(",") if part.strip()),
        user_pool_client_id=environ.get("USER_POOL_CLIENT_ID", ""),
        user_pool_id=environ.get("USER_POOL_ID", ""),
        mail_from=environ.get("MAIL_FROM", ""),
        front_end_url=environ.get("FRONT_END_URL", ""),
        class_transfer=environ.get("CLASS_TRANSFER", "off") == "on",
        independent_co_teaching=environ.get("INDEPENDENT_CO_TEACHING", "off") == "on",
    )


@lru_cache(maxsize=1)
def settings() -> Settings:
    """This process's settings. `settings.cache_clear()` reads them afresh (tests)."""
    return read(dict(os.environ))
