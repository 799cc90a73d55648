"""Structured logs and EMF metrics. Neither ever holds a name, an address, a birth date or a token (X-05)."""

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger, Metrics

# Imports are inside: Powertools takes a tenth of a cold start, and most requests have nothing to log or to count.
# ruff: noqa: PLC0415


@lru_cache(maxsize=1)
def logger() -> "Logger":
    """The process's logger; the level and service come from the environment."""
    from aws_lambda_powertools import Logger

    return Logger()


@lru_cache(maxsize=1)
def metrics() -> "Metrics":
    """The process's metrics; the namespace and service come from the environment."""
    from aws_lambda_powertools import Metrics

    return Metrics()


def flush() -> None:
    """Send what was counted, if anything was: an empty flush makes Powertools warn."""
    if metrics.cache_info().currsize and metrics().provider.metric_set:
        metrics().flush_metrics()
