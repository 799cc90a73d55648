"""Links between a district's roster records and accounts: `D#<district>#P#<person>` / `LINK`, beside the record."""

from collections.abc import Iterable

from pynamodb.attributes import UnicodeAttribute

from homeroom.runtime.dynamo import TableMeta, TableModel


class LinkItem(TableModel):
    """That a person has activated: their record's link to an account. Written by accounts alone, never by the sync."""

    class Meta(TableMeta):
        pass

    account = UnicodeAttribute()


def link_key(district: str, person: str) -> tuple[str, str]:
    """Where a person's link lies, in the table of districts."""
    return f"D#{district}#P#{person}", "LINK"


def linked(district: str, people: Iterable[str]) -> dict[str, str]:
    """The accounts of those people who have one, by person (consistent reads); the model must be bound to a table."""
    keys = [link_key(district, person) for person in dict.fromkeys(people)]
    found = LinkItem.batch_get(keys, consistent_read=True)
    return {item.pk.rpartition("#")[2]: item.account for item in found}
