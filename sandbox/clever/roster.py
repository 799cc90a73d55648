"""One district's records before anybody changed them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from .collection import Base


@dataclass(frozen=True)
class Quirk:
    """A deliberate oddity of the demo district: the rules it is there for, what it is, whom it concerns."""

    rules: str
    what: str
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Roster:
    """Bases by kind; `sections_of` names the sections that a user may be in (more than needed is allowed)."""

    number: int
    district: str
    bases: Mapping[str, Base]
    sections_of: Callable[[str], Iterable[str]]
    quirks: Mapping[str, Quirk] = field(default_factory=dict)
