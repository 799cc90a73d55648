"""Links between a district's roster records and accounts, both ends always in one transaction (A-04, A-10, X-04).

`D#<district>#P#<person>` / `LINK`                        the account, beside the record (the districts table)
`U#<account>` / `PROFILE`                                 `links`: the records (the users table)
              / `PAST#<district>#<person>#<since>`        a link that was cut (P-12)
              / `WAS_ADMIN#<district>`                    that a linked record has made it an administrator (G-02)
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute

from homeroom.accounts.account import Account, Birth, LinkEnd
from homeroom.accounts.linking import Cut, Link, Outcome, PastLink, Relinking, Stamp, Tie
from homeroom.accounts.store import UserAuditItem
from homeroom.accounts.store.profiles import LONGEST_ID, PROFILE, ProfileItem, ProfileStore, account_pk
from homeroom.accounts.store.relinked import relinked, texts
from homeroom.runtime.audit import Change
from homeroom.runtime.dynamo import TableMeta, TableModel, bind
from homeroom.runtime.together import Found, Want, read_together
from homeroom.runtime.transact import NEW, check, put, remove, transact, update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

PAST, WAS_ADMIN = "PAST#", "WAS_ADMIN#"
PERSON = "PERSON"
# What an account takes over from its districts for as long as it is linked.
FOLLOWED = ("birth_date", "birth_by", "district_zone")
# Of a birth date that was on file before a link: it was looked for, and there was none.
NOBODY = "nobody"
# As many records as fit into one transaction with their checks and audit rows.
MOST_TIES = 25


class LinkItem(TableModel):
    """That a person has activated: their record's link to an account. Written by accounts alone, never by the sync.

    `birth_date` and `birth_by` are the account's from before, for undoing the link; older items have neither.
    """

    class Meta(TableMeta):
        pass

    account = UnicodeAttribute()
    since = UTCDateTimeAttribute(null=True)
    by = UnicodeAttribute(null=True)
    birth_date = UnicodeAttribute(null=True)
    birth_by = UnicodeAttribute(null=True)


class PastLinkItem(TableModel):
    """A link that was cut."""

    class Meta(TableMeta):
        pass

    since = UTCDateTimeAttribute()
    until = UTCDateTimeAttribute()


class WasAdminItem(TableModel):
    """That the roster once made the account an administrator of the district. It is never removed."""

    class Meta(TableMeta):
        pass

    since = UTCDateTimeAttribute()


def link_key(district: str, person: str) -> tuple[str, str]:
    """Where a person's link lies, in the table of districts."""
    return f"D#{district}#P#{person}", "LINK"


def linked(district: str, people: Iterable[str]) -> dict[str, str]:
    """The accounts of those people who have one, by person (consistent reads); the model must be bound to a table."""
    keys = [link_key(district, person) for person in dict.fromkeys(people)]
    found = LinkItem.batch_get(keys, consistent_read=True)
    return {item.pk.rpartition("#")[2]: item.account for item in found}


class _Part(NamedTuple):
    of: Literal["account", "record", "link", "note"]
    action: "TransactWriteItemTypeDef"


class LinkStore:
    """Links, in the users table and the districts table."""

    def __init__(self, users: str, districts: str, client: "DynamoDBClient") -> None:
        self._users, self._districts, self._client = users, districts, client
        bind(users, ProfileItem, PastLinkItem, WasAdminItem, UserAuditItem)
        bind(districts, LinkItem)

    @staticmethod
    def want(end: LinkEnd) -> Want:
        """The link of a record, to be read together with other items; `of` takes it from what was found."""
        return Want(LinkItem, *link_key(*end))

    @staticmethod
    def of(found: Found, end: LinkEnd) -> Link | None:
        """The link among what was read; None when the record has none."""
        item = found.get(LinkItem, *link_key(*end))
        return Link(item.account, item.since, item.by or "", _before(item)) if item else None

    def get(self, end: LinkEnd) -> Link | None:
        """The link of a record as it stands (a consistent read). Raises StoreBusy."""
        return self.of(read_together(self._client, [self.want(end)]), end)

    def administering(self, account: str, district: str) -> tuple[frozenset[LinkEnd], bool]:
        """The records of a district that an account is linked to, and whether the roster ever made it an administrator
        there; one consistent read. Raises StoreBusy.
        """
        # Nothing is kept under what is no id of anybody's, and DynamoDB refuses a key that is too long.
        if not (district.isascii() and len(district) <= LONGEST_ID):
            return frozenset(), False
        was = Want(WasAdminItem, account_pk(account), WAS_ADMIN + district)
        found = read_together(self._client, [ProfileStore.want(account), was])
        known = ProfileStore.of(found, account)
        ends = frozenset(end for end in known.links if end.district == district) if known else frozenset[LinkEnd]()
        return ends, found.get(*was) is not None

    def keep(self, account: Account, told: Account) -> bool:
        """Take over the birth date and the time zone that its districts now say, while the account's links are as it
        was read. Carries out A-06, A-07.
        """
        said = {name: getattr(told, name) for name in FOLLOWED if getattr(told, name) != getattr(account, name)}
        values = {":old": texts(account.links)} | {f":{name}": {"S": text} for name, text in said.items()}
        change = "SET " + ", ".join(f"{name} = :{name}" for name in said)
        return not transact(
            self._client, [update(self._users, account_pk(account.id), PROFILE, change, "links = :old", values)]
        )

    def note_admin(self, account: str, district: str, now: datetime) -> None:
        """Keep that the roster has made it an administrator of the district. Repeatable."""
        transact(self._client, [put(self._users, _was_admin(account, district, now))])

    def past(self, account: str) -> list[PastLink]:
        """The links of an account that were cut, by district, record and time."""
        items = PastLinkItem.query(account_pk(account), PastLinkItem.sk.startswith(PAST), consistent_read=True)
        return [PastLink(LinkEnd(*item.sk.split("#")[1:3]), item.since, item.until) for item in items]

    def write(self, account: Account, change: Relinking, stamp: Stamp, *more: "TransactWriteItemTypeDef") -> Outcome:
        """Make and cut links of an account, with `more`, all or nothing.

        Nothing is written when the account's links, birth date or further addresses are no longer those of `account`,
        when a record has been written or linked since, or a condition of `more` does not hold. Raises StoreBusy.
        Carries out A-07, A-10, X-03, X-04.
        """
        parts = [_Part("account", self._profile(account, change))]
        for tie in change.ties:
            parts += self._tie(account, tie, change, stamp)
        for cut in change.cuts:
            parts += self._cut(account.id, cut, stamp)
        parts += [_Part("note", self._inherit(account.id, *one)) for one in change.inherited]
        parts += [_Part("note", self._note(account.id, district, stamp)) for district in sorted(change.administers)]
        parts += [_Part("note", action) for action in more]
        refused = {parts[at].of for at in transact(self._client, [part.action for part in parts])}
        if not refused:
            return "written"
        return "taken" if "link" in refused else "changed"

    def _profile(self, account: Account, change: Relinking) -> "TransactWriteItemTypeDef":
        told = relinked(account, change)
        return update(self._users, account_pk(account.id), PROFILE, told.said, told.as_read, told.values, **told.names)

    def _tie(self, account: Account, tie: Tie, change: Relinking, stamp: Stamp) -> Iterator[_Part]:
        pk, sk = link_key(*tie.end)
        as_read = {":run": {"N": str(tie.run)}}
        yield _Part("record", check(self._districts, pk, PERSON, "#run = :run", as_read, run="run"))
        # What is moved to another record is undone there as it would have been here.
        before = change.cuts[0].before if change.cuts else account.birth
        link = LinkItem(pk, sk, account=account.id, since=stamp.at, by=change.by, **_noted(before))
        yield _Part("link", put(self._districts, link, NEW))
        told = {"account": account.id, "by": change.by}
        yield _Part("note", self._audit(account.id, tie.end, "link.make", stamp, None, told))

    def _inherit(self, account: str, end: LinkEnd, link: Link) -> "TransactWriteItemTypeDef":
        kept = LinkItem(*link_key(*end), account=account, since=link.since, by=link.by or None, **_noted(link.before))
        return put(self._districts, kept, "account = :account", {":account": {"S": account}})

    def _cut(self, account: str, cut: Cut, stamp: Stamp) -> Iterator[_Part]:
        own = {":account": {"S": account}}
        yield _Part("link", remove(self._districts, *link_key(*cut.end), "account = :account", own))
        sk = f"{PAST}{cut.end.district}#{cut.end.person}#{cut.since.isoformat(timespec='milliseconds')}"
        past = PastLinkItem(account_pk(account), sk, since=cut.since, until=stamp.at)
        yield _Part("note", put(self._users, past))
        yield _Part("note", self._audit(account, cut.end, "link.cut", stamp, {"account": account}, None))

    def _note(self, account: str, district: str, stamp: Stamp) -> "TransactWriteItemTypeDef":
        return put(self._users, _was_admin(account, district, stamp.at))

    def _audit(
        self, account: str, end: LinkEnd, action: str, stamp: Stamp, before: Any, after: Any
    ) -> "TransactWriteItemTypeDef":
        change = Change(
            id=f"{action}-{end.district}-{end.person}", at=stamp.at, actor=stamp.actor, action=action,
            subject=f"person:{end.district}:{end.person}", cause=stamp.cause, before=before, after=after,
        )  # fmt: skip
        return put(self._users, UserAuditItem.written(account_pk(account), change), NEW)


def _was_admin(account: str, district: str, now: datetime) -> WasAdminItem:
    return WasAdminItem(account_pk(account), WAS_ADMIN + district, since=now)


def _noted(before: Birth | None) -> dict[str, Any]:
    return {"birth_date": before.date or None, "birth_by": before.by or NOBODY} if before else {}


def _before(item: LinkItem) -> Birth | None:
    if not item.birth_by:
        return None
    said = "" if item.birth_by == NOBODY else item.birth_by
    return Birth(item.birth_date or "", cast("Literal['', 'self', 'roster']", said))
