"""What a change of links makes of the account's own item (A-07, A-10)."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from homeroom.accounts.account import Account, Birth, LinkEnd
from homeroom.accounts.linking import Relinking


class Told(NamedTuple):
    """An update in DynamoDB's expressions: what is changed, and under which condition."""

    said: str
    as_read: str
    values: dict[str, Any]
    names: dict[str, str]


def relinked(account: Account, change: Relinking) -> Told:
    """The update of `PROFILE` by which an account's links change, with what it takes over or gets back.

    It is refused when the links, the birth date or the further addresses are no longer those of `account`: what a link
    keeps of the time before it would not be true, and what its record carries would outlive it (A-05).
    """
    ends = account.links - {cut.end for cut in change.cuts} | {tie.end for tie in change.ties}
    wanted = {"links": texts(ends)} | _born(account, change)
    if change.zone:
        wanted["district_zone"] = _text(change.zone)
    sets = [f"{name} = :{name}" for name, value in wanted.items() if value]
    gone = [name for name, value in wanted.items() if not value]
    if change.name:
        sets.append("#name = if_not_exists(#name, :name)")
    addresses = {"SS": sorted(account.addresses)} if account.addresses else None
    read = {"links": texts(account.links), "birth_date": _text(account.birth_date), "addresses": addresses}
    values = {f":{name}": value for name, value in wanted.items()} | {f":old_{name}": one for name, one in read.items()}
    values[":name"] = _text(change.name)
    return Told(
        said=" ".join(f"{verb} {', '.join(some)}" for verb, some in (("SET", sets), ("REMOVE", gone)) if some),
        as_read=" AND ".join(["attribute_exists(pk)", *_as_read(read)]),
        values={name: value for name, value in values.items() if value},
        names={"name": "name"} if change.name else {},
    )


def texts(ends: Iterable[LinkEnd]) -> dict[str, Any] | None:
    """Links as they are stored, in DynamoDB's own notation; None for none, which is no set."""
    found = sorted("#".join(end) for end in ends)
    return {"SS": found} if found else None


def _born(account: Account, change: Relinking) -> dict[str, Any]:
    birth = change.restored or Birth(change.birth_date, "roster" if change.birth_date else "")
    if birth == Birth() and change.restored is None:
        birth = account.birth
    return {"birth_date": _text(birth.date), "birth_by": _text(birth.by)} if birth != account.birth else {}


def _as_read(read: Mapping[str, Any]) -> list[str]:
    return [f"{name} = :old_{name}" if value else f"attribute_not_exists({name})" for name, value in read.items()]


def _text(text: str) -> dict[str, str] | None:
    return {"S": text} if text else None
