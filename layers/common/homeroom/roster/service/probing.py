"""Whether a source lets us in at all, or refuses this one thing only (D-03, S-07)."""

from collections.abc import Iterator
from contextlib import contextmanager

from homeroom.roster.source import RosterSource, SourceFault, SourceRefused, TokenRefused


def lets_in(source: RosterSource) -> bool:
    """Whether the district's own record can be read. Raises SourceFault where that cannot be told."""
    try:
        for _ in source.rows("districts"):
            pass
    except SourceRefused:
        return False
    return True


@contextmanager
def judged(source: RosterSource) -> Iterator[None]:
    """Let a refusal of one thing pass as a fault of that moment; where nothing opens any more, it is the token's.

    One answer of 401 must not disconnect a district: gateways give such in the middle of good ones. Raises
    TokenRefused, or the refusal as it was.
    """
    try:
        yield
    except SourceRefused:
        if not _opens(source):
            raise TokenRefused from None
        raise


def _opens(source: RosterSource) -> bool:
    try:
        return lets_in(source)
    except SourceFault:
        # It cannot be told: the next run will.
        return True
