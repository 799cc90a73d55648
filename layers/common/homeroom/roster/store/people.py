"""People of the roster, read for others than the sync: the record and, beside it, the link to an account.

What is done about a person is audited under the district.
"""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from homeroom.accounts.store.links import LinkItem, linked
from homeroom.roster.people import RosterPerson
from homeroom.roster.store.aliases import ALIAS
from homeroom.roster.store.districts import NEW, DistrictAudit
from homeroom.roster.store.items import ClaimItem, PersonItem, district_pk, person_pk
from homeroom.runtime.audit import Change
from homeroom.runtime.dynamo import bind
from homeroom.runtime.transact import put, transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


LONGEST_ID = 200
# As many as DynamoDB gives at a time.
PAGE = 100


class PeopleStore:
    """People, in the districts table."""

    def __init__(self, table: str, client: "DynamoDBClient") -> None:
        self._table, self._client = table, client
        bind(table, ClaimItem, PersonItem, LinkItem, DistrictAudit)

    def get(self, district: str, person: str) -> RosterPerson | None:
        """A person as they are now (a consistent read), None when the roster never had them."""
        # Nothing is kept under what is no id of anybody's, and DynamoDB refuses a key that is too long.
        if not (person.isascii() and 0 < len(person) <= LONGEST_ID):
            return None
        found = PersonItem.batch_get([(person_pk(district, person), "PERSON")], consistent_read=True)
        return next((_person(item, linked=bool(linked(district, [person]))) for item in found), None)

    def sharing(self, district: str, address: str) -> Iterator[RosterPerson]:
        """The district's live records that have that address, read as they are asked for (consistent reads).

        `address` is normalised and not empty; an alias is as good as the record's own. A claim alone proves nothing:
        who has left keeps theirs. A-05, A-08.
        """
        in_district = ClaimItem.sk.startswith(person_pk(district, ""))
        claims = iter(ClaimItem.query(f"E#{address}", in_district, consistent_read=True, page_size=PAGE))
        while some := list(islice(claims, PAGE)):
            keys = dict.fromkeys((person_pk(district, claim.person), "PERSON") for claim in some)
            found = PersonItem.batch_get(list(keys), consistent_read=True)
            aliased = {claim.person for claim in some if claim.sk.endswith(ALIAS)}
            standing = [
                item for item in found if item.state == "live" and (item.address == address or item.person in aliased)
            ]
            links = linked(district, [item.person for item in standing]) if standing else {}
            yield from (_person(item, linked=item.person in links) for item in standing)

    def audited(self, district: str, change: Change, action: Any) -> bool:
        """Carry out an action with the audit row of it; False, and nothing done, if its own condition failed. X-04."""
        return not transact(self._client, [action, self.row(district, change)])

    def row(self, district: str, change: Change) -> Any:
        """The action that writes an audit row of the district's, for the transaction of the change itself. X-04."""
        return put(self._table, DistrictAudit.written(district_pk(district), change), NEW)

    def record(self, district: str, change: Change, *actions: Any) -> None:
        """Carry out actions with the audit row of them, or nothing if a condition fails. Raises StoreBusy. X-04."""
        transact(self._client, [*actions, self.row(district, change)])


def _person(item: PersonItem, *, linked: bool) -> RosterPerson:
    return RosterPerson.model_validate(
        {
            "id": item.person,
            "state": item.state,
            "first": item.first or "",
            "address": item.address or "",
            "roles": item.roles or (),
            "schools": item.schools or (),
            "admin": item.admin or "",
            "linked": linked,
        }
    )
