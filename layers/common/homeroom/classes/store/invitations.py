"""Invitations, and who is to hear of one.

`C#…` / `I#<hash>` for students, `IT#<hash>` for co-teachers: the place of an invitation of one address to one class.
The hash is of the address: inviting again finds the place, and joining settles it, without looking (I-04, I-07).
The index `listing` gives an address's open invitations: `E#<address>` / the class. It lists, and grants nothing.
"""

import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

from homeroom.classes.ids import ClassId, ClassNotFound
from homeroom.classes.model import Invitation, InvitationKind, InvitationState
from homeroom.classes.store.independent import id_of, pk_of
from homeroom.runtime.dynamo import TableMeta, TableModel
from homeroom.runtime.proofs import hashed, name_of, parts_of
from homeroom.runtime.transact import update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, TransactWriteItemTypeDef

PREFIXES: dict[InvitationKind, str] = {"student": "I#", "co_teacher": "IT#"}
OPEN = "#state = :open"
# What a used invitation becomes: it has neither secret nor address any more, and is listed nowhere (I-07).
USED = "SET #state = :state, account = :account, answered = :now REMOVE digest, address, list_pk, list_sk"
HASH = re.compile(r"[0-9a-f]{32}")


class InvitationItem(TableModel):
    """An invitation. A place that was only ever settled has no more than its state, the account and its end."""

    class Meta(TableMeta):
        pass

    list_pk = UnicodeAttribute(null=True)
    list_sk = UnicodeAttribute(null=True)
    kind = UnicodeAttribute(null=True)
    address = UnicodeAttribute(null=True)
    state = UnicodeAttribute()
    by = UnicodeAttribute(null=True)
    sent = UTCDateTimeAttribute(null=True)
    expires = UTCDateTimeAttribute(null=True)
    day = UnicodeAttribute(null=True)
    sends = NumberAttribute(null=True)
    digest = UnicodeAttribute(null=True)
    asked = UnicodeAttribute(null=True)
    account = UnicodeAttribute(null=True)
    answered = UTCDateTimeAttribute(null=True)


def invitation_id(klass: ClassId, kind: InvitationKind, address: str) -> str:
    """The id of the invitation of a normalised address to a class: always the same, without the address in it."""
    return name_of((klass.text, kind, hashed(address)))


def invitation_parts(invitation: str) -> tuple[ClassId, InvitationKind, str] | None:
    """The class, the kind and the hashed address that an invitation's id names; None for what is no such id."""
    match parts_of(invitation):
        case (text, "student" | "co_teacher" as kind, digest) if HASH.fullmatch(digest):
            with suppress(ClassNotFound):
                klass = ClassId.read(text)
                return (klass, kind, digest) if name_of((text, kind, digest)) == invitation else None
    return None


def invitation_key(invitation: str) -> tuple[str, str] | None:
    """Where an invitation lies, by its id; None for what is no invitation's id."""
    parts = invitation_parts(invitation)
    return (pk_of(parts[0]), PREFIXES[parts[1]] + parts[2]) if parts else None


def invitation_of(item: InvitationItem) -> Invitation | None:
    """An invitation as it is stored; None for a place where nobody was ever invited.

    A used one has no address any more (I-07).
    """
    if not item.kind:
        return None
    return Invitation(
        id=id_at(item.pk, item.sk), klass=id_of(item.pk), kind=cast("InvitationKind", item.kind),
        address=item.address or "", state=cast("InvitationState", item.state), by=item.by, sent=item.sent,
        expires=item.expires, day=item.day or "", sends=int(item.sends or 0), digest=item.digest or "",
        asked=item.asked or "", account=item.account or "", answered=item.answered,
    )  # fmt: skip


def settle_action(
    table: str, klass: ClassId, address: str, account: str, now: datetime, state: InvitationState = "settled"
) -> "TransactWriteItemTypeDef":
    """The action that settles the invitation of an address to a class, whether or not there is one (I-07).

    It then has neither secret nor address any more, and is listed nowhere.
    """
    return update(table, pk_of(klass), PREFIXES["student"] + hashed(address), USED, "", used(account, now, state),
                  state="state")  # fmt: skip


def used(account: str, now: datetime, state: InvitationState) -> "dict[str, AttributeValueTypeDef]":
    """The values of `USED`."""
    return {":state": {"S": state}, ":account": {"S": account}, ":now": {"S": moment(now)}}


def moment(at: datetime) -> str:
    """A moment as pynamodb stores it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f%z")


def address_list_pk(address: str) -> str:
    """Where the index lists an address's open invitations."""
    return f"E#{address}"


def invitation_item(invitation: Invitation) -> InvitationItem:
    """An open invitation, unsaved, without its secret."""
    pk, sk = cast("tuple[str, str]", invitation_key(invitation.id))
    return InvitationItem(
        pk, sk, list_pk=address_list_pk(invitation.address), list_sk=pk, kind=invitation.kind,
        address=invitation.address, state=invitation.state, by=invitation.by, sent=invitation.sent,
        expires=invitation.expires, day=invitation.day, sends=invitation.sends, asked=invitation.asked or None,
    )  # fmt: skip


def id_at(pk: str, sk: str) -> str:
    """The id of the invitation that lies there."""
    kind = next(kind for kind, prefix in PREFIXES.items() if sk.startswith(prefix))
    return name_of((id_of(pk).text, kind, sk.partition("#")[2]))
