"""What activation reads, consistently: claims of addresses, records with their links, classes, districts.

The keys are those of the roster's and the classes' own stores. Written here are conflicts alone:
`D#<district>` / `CLASH#<person>#<account>`: that the account showed it is the person, whom another has activated.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from pynamodb.attributes import UTCDateTimeAttribute

from homeroom.accounts.account import Account, LinkEnd
from homeroom.accounts.store.links import LinkStore
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.classes.ids import ClassId
from homeroom.classes.store import ClassItem, MemberItem, person_list_pk
from homeroom.classes.store.independent import CLASS, SEAT, TEACHER, account_list_pk, id_of, pk_of
from homeroom.classes.store.standings import ListedItem
from homeroom.roster.activation.model import Claim, ClassOf, Place, Record
from homeroom.roster.rules.words import called
from homeroom.roster.store.aliases import ALIAS, AliasClaim
from homeroom.roster.store.districts import DistrictStore
from homeroom.roster.store.items import PersonItem, person_pk
from homeroom.runtime.dynamo import TableMeta, TableModel, bind
from homeroom.runtime.together import Found, Want, read_together

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PERSON, CLASH = "PERSON", "CLASH#"
LONGEST_ID = 200
CURRENT = frozenset({"active", "frozen"})


class ClashItem(TableModel):
    """A conflict: when it was met last."""

    class Meta(TableMeta):
        pass

    at = UTCDateTimeAttribute()


class FactStore:
    """Facts, in the districts and classes tables. `links` must be bound to the same districts table."""

    def __init__(self, districts: str, classes: str, client: "DynamoDBClient", profiles: ProfileStore) -> None:
        self._client, self._profiles = client, profiles
        self._districts = DistrictStore(districts, client)
        bind(districts, PersonItem, AliasClaim, ClashItem)
        bind(classes, ClassItem, MemberItem, ListedItem)

    @staticmethod
    def claims(addresses: Iterable[str], district: str = "") -> list[Claim]:
        """Who claims these addresses (normalised), in any district, or in that one."""
        found = []
        for address in sorted({one for one in addresses if one}):
            within = AliasClaim.sk.startswith(person_pk(district, "") if district else "D#")
            items = AliasClaim.query(f"E#{address}", within, consistent_read=True)
            found += [Claim(address, LinkEnd(one.district, one.person), one.sk.endswith(ALIAS)) for one in items]
        return found

    def records(self, ends: Iterable[LinkEnd]) -> dict[LinkEnd, Record]:
        """Those of the records that there are, with their links. Raises StoreBusy."""
        asked = [end for end in dict.fromkeys(ends) if _possible(end)]
        wants = [want for end in asked for want in (_want(end), LinkStore.want(end))]
        found = read_together(self._client, wants)
        known = {end: _record(found, end) for end in asked}
        return {end: record for end, record in known.items() if record}

    def enrolled(self, ends: Iterable[LinkEnd]) -> frozenset[LinkEnd]:
        """Those of the records that are in a current class as a student. Carries out A-03.

        The index proposes the classes; each is read before it counts.
        """
        proposed = {end: self._proposed(end) for end in dict.fromkeys(ends)}
        wants = [Want(ClassItem, pk, CLASS) for pks in proposed.values() for pk in pks]
        wants += [Want(MemberItem, pk, SEAT + end.person) for end, pks in proposed.items() for pk in pks]
        found = read_together(self._client, wants)
        return frozenset(end for end, pks in proposed.items() if any(_current(found, pk, end) for pk in pks))

    @staticmethod
    def _proposed(end: LinkEnd) -> list[str]:
        return [item.list_sk for item in ListedItem.listing.query(person_list_pk(*end)) if item.role == "student"]

    def is_student(self, end: LinkEnd, klass: ClassId) -> bool:
        """Whether a record is a student in that very class now. Carries out A-03, J-05."""
        return self._in_class(end, klass, SEAT)

    def is_member(self, end: LinkEnd, klass: ClassId) -> bool:
        """Whether a record is in that very class now, as a student or a teacher."""
        return self._in_class(end, klass, SEAT, TEACHER)

    def _in_class(self, end: LinkEnd, klass: ClassId, *prefixes: str) -> bool:
        if klass.kind != "district" or klass.of != end.district:
            return False
        keys = [prefix + end.person for prefix in prefixes]
        wants = [Want(ClassItem, pk_of(klass), CLASS), *(Want(MemberItem, pk_of(klass), key) for key in keys)]
        found = read_together(self._client, wants)
        there = found.get(ClassItem, pk_of(klass), CLASS)
        inside = any(found.get(MemberItem, pk_of(klass), key) for key in keys)
        return inside and there is not None and there.state in CURRENT

    def classes(self, end: LinkEnd) -> list[ClassOf]:
        """The classes that a person is in, by class; those that the roster has taken away are left out."""
        listed = {item.list_sk for item in ListedItem.listing.query(person_list_pk(*end))}
        keys = [prefix + end.person for prefix in (SEAT, TEACHER)]
        wants = [Want(ClassItem, pk, CLASS) for pk in listed]
        found = read_together(self._client, wants + [Want(MemberItem, pk, key) for pk in listed for key in keys])
        known = []
        for pk in sorted(listed):
            klass = found.get(ClassItem, pk, CLASS)
            members = [member for key in keys if (member := found.get(MemberItem, pk, key))]
            if klass and klass.state != "archived":
                known += [
                    ClassOf(id_of(pk), klass.name or "", one.role, klass.state, klass.school or "") for one in members
                ]
        return known

    def active(self, account: Account) -> bool:
        """Whether the account has something of its own: a link, now or once, a class that it owns, a seat in one. A-04.

        Seats are found by the index, and one of this very second may be missed.
        """
        # A link leaves the district's time zone behind when it is cut.
        if account.links or account.district_zone or self._profiles.teaching(account.id).classes:
            return True
        return any(True for _ in ListedItem.listing.query(account_list_pk(account.id), limit=1))

    def places(self, districts: Iterable[str]) -> dict[str, Place]:
        """Those of the districts whose programme has not ended, by id."""
        found = [self._districts.get(one) for one in dict.fromkeys(districts)]
        open_ones = [district for district in found if district and district.state != "ended"]
        return {one.id: Place(one.id, one.name, one.settings.time_zone) for one in open_ones}

    @staticmethod
    def note_clash(end: LinkEnd, account: str, now: datetime) -> None:
        """Keep that an account showed that it is this person, whom another account has activated. Repeatable."""
        ClashItem(f"D#{end.district}", f"{CLASH}{end.person}#{account}", at=now).save()

    @staticmethod
    def clashes(district: str, person: str = "") -> list[tuple[str, str, datetime]]:
        """Conflicts of a district, or of one person: the person, the account that was turned away, and when."""
        prefix = f"{CLASH}{person}#" if person else CLASH
        items = ClashItem.query(f"D#{district}", ClashItem.sk.startswith(prefix), consistent_read=True)
        named = ((item.sk.removeprefix(CLASH).partition("#"), item.at) for item in items)
        return [(somebody, account, at) for (somebody, _, account), at in named]

    @staticmethod
    def settle_clashes(district: str, person: str) -> None:
        """Forget the conflicts of a person whose link somebody has looked at."""
        for item in list(ClashItem.query(f"D#{district}", ClashItem.sk.startswith(f"{CLASH}{person}#"))):
            item.delete()


def _possible(end: LinkEnd) -> bool:
    # Nothing is kept under what is no id of anybody's, and DynamoDB refuses a key that is too long.
    return all(part.isascii() and 0 < len(part) <= LONGEST_ID and "#" not in part for part in end)


def _want(end: LinkEnd) -> Want:
    return Want(PersonItem, person_pk(*end), PERSON)


def _record(found: Found, end: LinkEnd) -> Record | None:
    item = found.get(PersonItem, person_pk(*end), PERSON)
    if item is None:
        return None
    link = LinkStore.of(found, end)
    return Record(
        end=end, state=item.state, roles=frozenset(item.roles or ()), run=int(item.run),
        name=called(item.first, item.last), address=item.address or "", birth_date=item.birth_date or "",
        schools=frozenset(item.schools or ()), admin=item.admin or "",
        admin_schools=frozenset(item.admin_schools or ()), account=link.account if link else "",
        since=link.since if link else None, before=link.before if link else None,
    )  # fmt: skip


def _current(found: Found, pk: str, end: LinkEnd) -> bool:
    klass = found.get(ClassItem, pk, CLASS)
    member = found.get(MemberItem, pk, SEAT + end.person)
    return klass is not None and klass.state in CURRENT and member is not None
