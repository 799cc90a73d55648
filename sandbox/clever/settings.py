"""What a sandbox is started with."""

import datetime as dt
from dataclasses import dataclass, field


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


@dataclass(frozen=True)
class Settings:
    """How many districts of which size are served, on which day, to whom.

    `people` counts students and employees together and is approximate; up to `DEMO_LIMIT` the district is the demo
    with every quirk, above it a lazily computed one. `today` is the day that terms and birth dates refer to.
    """

    port: int = 8790
    people: int = 600
    seed: int = 7
    districts: int = 1
    today: dt.date = field(default_factory=_today)
    client_id: str = "sandbox-client"
    client_secret: str = "sandbox-secret"  # noqa: S105 -- a development default, printed in the README
    rate_limit: bool = True


DEMO_LIMIT = 5_000
