"""Districts in the table: registration, state, settings, tonight's start, and those that nobody registered.

`D#<district>` / `DISTRICT` is written here alone, each change with its audit row in one transaction and
under the condition that the record is as it was read. `D#<district>` / `NIGHT` is the dispatcher's own.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from homeroom.roster.districts import District, DistrictChanged, SettingsChanged, UnknownDistrict
from homeroom.roster.settings import DistrictSettings
from homeroom.runtime.audit import AuditItem, Change
from homeroom.runtime.dynamo import TableMeta, TableModel, bind
from homeroom.runtime.transact import put, remove, transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

LISTED = "DISTRICTS"
UNKNOWN = "UNKNOWN"
NEW = "attribute_not_exists(pk)"


class Listing(GlobalSecondaryIndex["DistrictItem"]):  # type: ignore[no-untyped-call]  # pynamodb's own hook
    """Which districts there are. It proposes; what counts is read from the table."""

    class Meta:
        index_name = "listing"
        projection = KeysOnlyProjection()

    list_pk = UnicodeAttribute(hash_key=True)
    list_sk = UnicodeAttribute(range_key=True)


class DistrictItem(TableModel):
    """`D#<district>` / `DISTRICT`."""

    class Meta(TableMeta):
        pass

    listing = Listing()
    list_pk = UnicodeAttribute()
    list_sk = UnicodeAttribute()
    name = UnicodeAttribute()
    state = UnicodeAttribute()
    settings = UnicodeAttribute()
    settings_version = NumberAttribute()
    revision = NumberAttribute()
    registered_at = UnicodeAttribute()
    go_live_on = UnicodeAttribute(null=True)
    authorised_at = UnicodeAttribute(null=True)
    live_at = UnicodeAttribute(null=True)


class NightItem(TableModel):
    """`D#<district>` / `NIGHT`: the latest night that the dispatcher started."""

    class Meta(TableMeta):
        pass

    night = UnicodeAttribute()


class DistrictAudit(AuditItem):
    """`D#<district>` / `AUDIT#<rfc3339>#<id>`."""

    class Meta(TableMeta):
        pass


class UnknownItem(TableModel):
    """`UNKNOWN` / `D#<district>`: a token that Clever lists for a district nobody registered (D-06)."""

    class Meta(TableMeta):
        pass

    first_seen = UnicodeAttribute()


class DistrictStore:
    """Districts, in one table."""

    def __init__(self, table_name: str, client: "DynamoDBClient") -> None:
        self._table = table_name
        self._client = client
        bind(table_name, DistrictItem, NightItem, UnknownItem, DistrictAudit)

    def register(self, district: District, change: Change) -> bool:
        """Add a district, which is unknown no longer. False, and nothing changed, if it was there (X-03)."""
        actions = [
            put(self._table, _item(district), NEW),
            put(self._table, DistrictAudit.written(f"D#{district.id}", change), NEW),
            remove(self._table, UNKNOWN, f"D#{district.id}"),
        ]
        return not transact(self._client, actions)

    def get(self, district: str) -> District | None:
        """The district as it is now (a consistent read), or None."""
        return next(iter(self._read([district])), None)

    def registered(self) -> list[District]:
        """Every registered district, by id. One registered within the last second may be missing."""
        keys = DistrictItem.listing.query(LISTED)
        return sorted(self._read([item.list_sk for item in keys]), key=lambda district: district.id)

    def replace(self, old: District, new: District, change: Change, *mails: "TransactWriteItemTypeDef") -> District:
        """Write `new` over `old`, with its audit row and the mails that tell of it, and return it with its revision.

        A mail that was written before stays as it is. Raises SettingsChanged or DistrictChanged when the record is no
        longer `old`. Carries out D-02, X-04.
        """
        new = new.model_copy(update={"revision": old.revision + 1})
        unchanged = {":old": {"N": str(old.revision)}}
        actions = [
            put(self._table, _item(new), "revision = :old", unchanged),
            put(self._table, DistrictAudit.written(f"D#{old.id}", change), NEW),
        ]
        refused = transact(self._client, [*actions, *mails])
        if refused and min(refused) >= len(actions):
            refused = transact(self._client, actions)
        if not refused:
            return new
        now = self.get(old.id)
        if now is None or now.settings_version == old.settings_version:
            raise DistrictChanged
        raise SettingsChanged

    def audit(self, district: str) -> list[Change]:
        """Every audit row of the district, oldest first."""
        items = DistrictAudit.query(f"D#{district}", DistrictAudit.sk.startswith("AUDIT#"), consistent_read=True)
        return [_change(item) for item in items]

    def note_unknown(self, district: str, now: datetime) -> bool:
        """Keep that an unregistered district's token is listed; False if that was known (D-06)."""
        return _put_if_new(UnknownItem(pk=UNKNOWN, sk=f"D#{district}", first_seen=now.isoformat()))

    def unknown(self) -> list[UnknownDistrict]:
        """Every district noted and neither registered nor forgotten since, by id."""
        items = UnknownItem.query(UNKNOWN, consistent_read=True)
        return [
            UnknownDistrict(id=item.sk.removeprefix("D#"), first_seen=datetime.fromisoformat(item.first_seen))
            for item in items
        ]

    def forget_unknown(self, district: str) -> None:
        """Drop the note of an unregistered district, if there is one."""
        UnknownItem(pk=UNKNOWN, sk=f"D#{district}", first_seen="").delete()

    def nights(self, districts: Iterable[str]) -> dict[str, date]:
        """The latest night started, for those districts that had one."""
        items = NightItem.batch_get([(f"D#{district}", "NIGHT") for district in districts], consistent_read=True)
        return {item.pk.removeprefix("D#"): date.fromisoformat(item.night) for item in items}

    def note_night(self, district: str, night: date) -> None:
        """Keep that this local date's night was started."""
        NightItem(pk=f"D#{district}", sk="NIGHT", night=night.isoformat()).save()

    def _read(self, districts: Iterable[str]) -> Iterable[District]:
        items = DistrictItem.batch_get([(f"D#{district}", "DISTRICT") for district in districts], consistent_read=True)
        return (_district(item) for item in items)


def _put_if_new(item: TableModel) -> bool:
    try:
        item.save(condition=type(item).pk.does_not_exist())
    except PutError as error:
        if error.cause_response_code == "ConditionalCheckFailedException":
            return False
        raise
    return True


def _item(district: District) -> DistrictItem:
    plain = district.model_dump(mode="json", exclude={"id", "settings"})
    return DistrictItem(
        pk=f"D#{district.id}",
        sk="DISTRICT",
        list_pk=LISTED,
        list_sk=district.id,
        settings=district.settings.model_dump_json(by_alias=True),
        **plain,
    )


def _district(item: DistrictItem) -> District:
    plain = {name: getattr(item, name) for name in District.model_fields if name not in {"id", "settings"}}
    # A setting that a newer release stored and this one does not know is no reason to stop.
    settings = DistrictSettings.model_validate_json(item.settings, extra="ignore")
    return District.model_validate({"id": item.list_sk, "settings": settings, **plain})


def _change(item: DistrictAudit) -> Change:
    return Change(
        id=item.sk.rsplit("#", 1)[1],
        at=datetime.fromisoformat(item.at),
        actor=item.actor,
        action=item.action,
        subject=item.subject,
        cause=item.cause,
        before=json.loads(item.before),
        after=json.loads(item.after),
    )
