"""Invitations, and who is to hear of one.

`C#…` / `I#<hash>` for students, `IT#<hash>` for co-teachers: the place of an invitation of one address to one class.
The hash is of the address: inviting again finds the place, and joining settles it, without looking (I-04, I-07).
The index `listing` gives an address's open invitations: `E#<address>` / the class. It lists, and grants nothing.
"""

from datetime import datetime
from typing import TYPE_CHECKING, cast

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

from homeroom.classes.ids import ClassId
from homeroom.classes.model import Invitation, InvitationKind, InvitationState
from homeroom.classes.store.independent import id_of, pk_of
from homeroom.runtime.dynamo import TableMeta, TableModel
from homeroom.runtime.proofs import hashed, name_of, parts_of
from homeroom.runtime.transact import update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

PREFIXES: dict[InvitationKind, str] = {"student": "I#", "co_teacher": "IT#"}


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


def invitation_key(invitation: str) -> tuple[str, str] | None:
    """Where an invitation lies, by its id; None for what is no invitation's id."""
    match parts_of(invitation):
        case (text, "student" | "co_teacher" as kind, digest):
            klass = ClassId.read(text)
            return pk_of(klass), f"{PREFIXES[kind]}{digest}"
    return None


def invitation_of(item: InvitationItem) -> Invitation | None:
    """An invitation as it is stored; None for a place where nobody was ever invited."""
    if not item.address:
        return None
    klass, kind = id_of(item.pk), cast("InvitationKind", item.kind)
    return Invitation(
        id=name_of((klass.text, kind, item.sk.partition("#")[2])), klass=klass, kind=kind, address=item.address,
        state=cast("InvitationState", item.state), by=item.by, sent=item.sent, expires=item.expires,
        day=item.day or "", sends=int(item.sends or 0), digest=item.digest or "", asked=item.asked or "",
        account=item.account or "", answered=item.answered,
    )  # fmt: skip


def settle_action(
    table: str, klass: ClassId, address: str, account: str, now: datetime, state: InvitationState = "settled"
) -> "TransactWriteItemTypeDef":
    """The action that settles the invitation of an address to a class, whether or not there is one (I-07).

    It then has no secret any more, and is listed nowhere.
    """
    values = {
        ":state": {"S": state}, ":account": {"S": account},
        ":now": {"S": now.strftime("%Y-%m-%dT%H:%M:%S.%f%z")},
    }  # fmt: skip
    return update(
        table, pk_of(klass), f"{PREFIXES['student']}{hashed(address)}",
        "SET #state = :state, account = :account, answered = :now REMOVE digest, list_pk, list_sk",
        "", values, state="state",
    )  # fmt: skip
