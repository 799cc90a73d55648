"""Structured logs and EMF metrics. Neither ever holds a name, an address, a birth date or a token (X-05)."""

from functools import lru_cache

from aws_lambda_powertools import Logger, Metrics


@lru_cache(maxsize=1)
def logger() -> Logger:
    """The process's logger; the level and service come from the environment."""
    return Logger()


@lru_cache(maxsize=1)
def metrics() -> Metrics:
    """The process's metrics; the namespace and service come from the environment."""
    return Metrics()


def flush() -> None:
    """Send what was counted, if anything was: an empty flush makes Powertools warn."""
    if metrics().provider.metric_set:
        metrics().flush_metrics()
