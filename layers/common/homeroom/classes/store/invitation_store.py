"""Invitations as they are read, sent, proved and closed; each write on the state that was read (I-03, I-04, I-06)."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, cast

from homeroom.classes.ids import ClassId
from homeroom.classes.model import Invitation, InvitationKind, InvitationState
from homeroom.classes.store.independent import pk_of
from homeroom.classes.store.invitations import (
    HASH,
    OPEN,
    PREFIXES,
    InvitationItem,
    address_list_pk,
    id_at,
    invitation_item,
    invitation_key,
    invitation_of,
    used,
)
from homeroom.classes.store.standings import ListedItem
from homeroom.runtime.dynamo import bind
from homeroom.runtime.pages import Page, decode_cursor, encode_cursor, malformed
from homeroom.runtime.proofs import parts_of
from homeroom.runtime.together import Found, Want, read_together
from homeroom.runtime.transact import put, transact, update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


class InvitationStore:
    """Invitations, in the classes table of that name, and the messages that bring them."""

    def __init__(self, table: str, client: "DynamoDBClient") -> None:
        self._table, self._client = table, client
        bind(table, InvitationItem, ListedItem)

    @staticmethod
    def want(invitation: str) -> Want | None:
        """An invitation, to be read together with other items; None for what is no invitation's id."""
        key = invitation_key(invitation)
        return Want(InvitationItem, *key) if key else None

    @classmethod
    def of(cls, found: Found, invitation: str) -> Invitation | None:
        """The invitation among what was read; None when there is none of that id."""
        want = cls.want(invitation)
        item = found.get(*want) if want else None
        return invitation_of(item) if item else None

    def many(self, invitations: Iterable[str]) -> dict[str, Invitation]:
        """Those of the invitations that there are, by id (consistent reads, a hundred a request). Raises StoreBusy."""
        asked = list(dict.fromkeys(invitations))
        found = read_together(self._client, (want for want in map(self.want, asked) if want))
        known = {one: self.of(found, one) for one in asked}
        return {one: invitation for one, invitation in known.items() if invitation}

    def get(self, invitation: str) -> Invitation | None:
        """An invitation as it stands (a consistent read); None when there is none of that id. Raises StoreBusy."""
        return self.many([invitation]).get(invitation)

    def send(self, invitation: Invitation, seen: Invitation | None, mail: "TransactWriteItemTypeDef") -> bool:
        """Write an invitation and its message, both or none, if it is still as it was `seen`. Carries out I-04, I-06.

        False when it is not.
        """
        item, unchanged = invitation_item(invitation), "attribute_not_exists(pk) OR attribute_not_exists(kind)"
        if seen is None:
            return not transact(self._client, [put(self._table, item, unchanged), mail])
        was = {":was": {"S": seen.state}, ":day": {"S": seen.day}, ":sends": {"N": str(seen.sends)}}
        unchanged = "#state = :was AND #day = :day AND sends = :sends"
        return not transact(self._client, [put(self._table, item, unchanged, was, state="state", day="day"), mail])

    def close(self, invitation: Invitation, state: InvitationState, now: datetime, account: str = "") -> bool:
        """End an open invitation without letting anybody in. False when it is not open any more.

        Its address stays: it is the teacher's to see whom they asked (I-04).
        """
        by = ", account = :account" if account else ""
        values = used(account, now, state) | {":open": {"S": "open"}}
        if not account:
            del values[":account"]
        change = f"SET #state = :state, answered = :now{by} REMOVE digest, list_pk, list_sk"
        key = cast("tuple[str, str]", invitation_key(invitation.id))
        return not transact(self._client, [update(self._table, *key, change, OPEN, values, state="state")])

    def prove(self, invitation: Invitation, digest: str) -> bool:
        """Keep the hash of the secret that is about to be mailed, if it is still open and of that send (I-03).

        False when it is not.
        """
        values = {
            ":open": {"S": "open"}, ":day": {"S": invitation.day}, ":sends": {"N": str(invitation.sends)},
            ":digest": {"S": digest},
        }  # fmt: skip
        key = cast("tuple[str, str]", invitation_key(invitation.id))
        same = f"{OPEN} AND #day = :day AND sends = :sends"
        action = update(self._table, *key, "SET digest = :digest", same, values, state="state", day="day")
        return not transact(self._client, [action])

    def page(self, klass: ClassId, kind: InvitationKind, limit: int, cursor: str | None) -> Page[Invitation]:
        """Invitations to a class (consistent reads), by the hash of their address; places that were only ever settled
        are left out. Raises InvalidInput (field `cursor`).
        """
        pk, scope = pk_of(klass), f"invitations:{klass.text}:{kind}"
        after = decode_cursor(scope, cursor)
        if after is not None and not HASH.fullmatch(after):
            raise malformed()
        rows = InvitationItem.query(
            pk, InvitationItem.sk.startswith(PREFIXES[kind]), consistent_read=True, limit=limit + 1,
            filter_condition=InvitationItem.kind.exists(),
            last_evaluated_key={"pk": {"S": pk}, "sk": {"S": PREFIXES[kind] + after}} if after else None,
        )  # fmt: skip
        found = [one for one in map(invitation_of, rows) if one]
        more = len(found) > limit
        last = found[limit - 1].id if more else ""
        return Page(found[:limit], encode_cursor(scope, parts_of(last)[2]) if more else None)

    def all(self, klass: ClassId, kind: InvitationKind) -> list[Invitation]:
        """All of them of one kind (consistent reads); for kinds that there are few of."""
        starts = InvitationItem.sk.startswith(PREFIXES[kind])
        return [
            one for one in map(invitation_of, InvitationItem.query(pk_of(klass), starts, consistent_read=True)) if one
        ]

    def listed(self, addresses: Iterable[str]) -> list[str]:
        """The ids of invitations that addresses seem to have open, sorted: the index may lag. To be read again."""
        items = (item for address in sorted(addresses) for item in ListedItem.listing.query(address_list_pk(address)))
        return sorted({id_at(item.pk, item.sk) for item in items})
