"""Time zones by name."""

from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Every IANA time zone, the same on each machine (a system's own list also holds files such as `localtime`)."""
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())
