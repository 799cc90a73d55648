"""Mailed proofs, in the transient table: `V#<id>` / `PROOF`. Each mail has a secret of its own; the last one counts."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from homeroom.accounts.proof import MailProof, ProofKind
from homeroom.runtime.dynamo import TableMeta, TableModel, bind
from homeroom.runtime.proofs import Proof, read_proof
from homeroom.runtime.together import Want, read_together
from homeroom.runtime.transact import check, put, remove, transact, update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

SK = "PROOF"
PROVEN = "digest = :digest"


class ProofItem(TableModel):
    """A proof that was asked for. `digest` is the hash of its secret; there is none before a mail is written."""

    class Meta(TableMeta):
        pass

    kind = UnicodeAttribute()
    account = UnicodeAttribute()
    address = UnicodeAttribute()
    district = UnicodeAttribute(null=True)
    person = UnicodeAttribute(null=True)
    digest = UnicodeAttribute(null=True)
    expires_at = NumberAttribute()


class ProofStore:
    """Proofs, in the transient table of that name."""

    def __init__(self, table: str, client: "DynamoDBClient") -> None:
        self._table, self.client = table, client
        bind(table, ProofItem)

    def get(self, proof: str, now: datetime) -> MailProof | None:
        """A proof by its id (a consistent read); None when there is none, or it has expired. Raises StoreBusy."""
        item = self._item(proof, now)
        return _proof(item) if item else None

    def shown(self, token: str, now: datetime) -> MailProof | None:
        """The proof whose secret a mailed text is, with its hash; None for any other text. Raises StoreBusy."""
        found = read_proof(token)
        item = self._item(found.subject, now) if found else None
        return _proof(item, found) if found and item and found.proves(item.digest or "") else None

    def put_action(self, proof: MailProof) -> "TransactWriteItemTypeDef":
        """The action that writes a proof as asked for: earlier secrets of it are worth nothing from then on."""
        return put(self._table, _wanted(proof))

    def stamp(self, proof: MailProof, digest: str) -> bool:
        """Keep the hash of a secret that is to be mailed, in the place of an earlier one.

        False when the proof is gone, or is for another address.
        """
        as_read = "attribute_exists(pk) AND address = :address"
        values = {":digest": {"S": digest}, ":address": {"S": proof.address}}
        kept = update(self._table, _pk(proof.id), SK, "SET digest = :digest", as_read, values)
        return not transact(self.client, [kept])

    def spend_action(self, proof: MailProof) -> "TransactWriteItemTypeDef":
        """The action that removes a proof that was shown, and refuses when it was used since."""
        return remove(self._table, _pk(proof.id), SK, PROVEN, _digest(proof))

    def check_action(self, proof: MailProof) -> "TransactWriteItemTypeDef":
        """The action that refuses when a proof that was shown counts no more."""
        return check(self._table, _pk(proof.id), SK, PROVEN, _digest(proof))

    def _item(self, proof: str, now: datetime) -> ProofItem | None:
        found = read_together(self.client, [Want(ProofItem, _pk(proof), SK)])
        item: ProofItem | None = found.get(ProofItem, _pk(proof), SK)
        # DynamoDB removes what has expired within days, not at once.
        return item if item and item.expires_at > now.timestamp() else None


def _pk(proof: str) -> str:
    return f"V#{proof}"


def _digest(proof: MailProof) -> dict[str, dict[str, str]]:
    return {":digest": {"S": proof.digest}}


def _wanted(proof: MailProof) -> ProofItem:
    return ProofItem(
        _pk(proof.id), SK, kind=proof.kind, account=proof.account, address=proof.address,
        district=proof.district or None, person=proof.person or None, expires_at=int(proof.expires.timestamp()),
    )  # fmt: skip


def _proof(item: ProofItem, shown: Proof | None = None) -> MailProof:
    return MailProof(
        id=item.pk.removeprefix("V#"), kind=cast("ProofKind", item.kind), account=item.account, address=item.address,
        expires=datetime.fromtimestamp(int(item.expires_at), UTC), district=item.district or "",
        person=item.person or "", digest=shown.digest if shown else "",
    )  # fmt: skip
