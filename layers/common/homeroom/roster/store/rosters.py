"""People of the roster for those above whom it lies: the names behind links, and the members of classes."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from homeroom.accounts.account import LinkEnd
from homeroom.accounts.store.links import LinkItem, link_key
from homeroom.classes.service.rosters import Rostered
from homeroom.roster.rules.words import called
from homeroom.roster.store.items import PersonItem, person_pk
from homeroom.runtime.dynamo import bind
from homeroom.runtime.together import Want, read_together

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class RosterPeople:
    """Roster records, in the districts table. It is what classes know as `Rosters`."""

    def __init__(self, table: str, client: "DynamoDBClient") -> None:
        self._client = client
        bind(table, PersonItem, LinkItem)

    def people(self, ends: Iterable[LinkEnd]) -> dict[LinkEnd, Rostered]:
        """Records of any districts, without their accounts (consistent reads); those not there are left out."""
        wanted = {end: Want(PersonItem, person_pk(*end), "PERSON") for end in ends}
        found = read_together(self._client, wanted.values())
        items = {end: found.get(*want) for end, want in wanted.items()}
        return {end: _rostered(item) for end, item in items.items() if item}

    def members(self, district: str, people: Iterable[str]) -> dict[str, Rostered]:
        """Records of a district with their accounts, by person: a request for each hundred, and one for their links."""
        asked = list(dict.fromkeys(people))
        with ThreadPoolExecutor(1) as pool:
            links = pool.submit(self._links, district, asked)
            found = self.people(LinkEnd(district, person) for person in asked)
        accounts = links.result()
        return {end.person: one._replace(account=accounts[end.person]) for end, one in found.items()}

    def _links(self, district: str, people: list[str]) -> dict[str, str]:
        wanted = {person: Want(LinkItem, *link_key(district, person)) for person in people}
        found = read_together(self._client, wanted.values())
        items = {person: found.get(*want) for person, want in wanted.items()}
        return {person: item.account if item else "" for person, item in items.items()}


def _rostered(item: PersonItem) -> Rostered:
    return Rostered(
        name=called(item.first, item.last), grade=item.grade or "", roles=frozenset(item.roles or ()),
        leaving=item.state == "leaving",
    )  # fmt: skip
