"""A post office for tests: SES and a user pool on moto, people of a roster, the outbox's stream played by hand."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import boto3
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses import ses_backends

from homeroom.accounts.service import AccountService
from homeroom.accounts.store import AccountStore
from homeroom.accounts.store.links import LinkItem, link_key
from homeroom.mail.model import Posted
from homeroom.mail.sender import Sender
from homeroom.roster import mailing, wiring
from homeroom.roster.entries import PersonEntry
from homeroom.roster.store import layout
from homeroom.roster.store.items import claim_item, person_item
from homeroom.roster.syncs import Promoted
from homeroom.runtime import aws
from homeroom.runtime.dynamo import bind
from homeroom.runtime.settings import settings
from tests.support.machine import BUCKET, Stage
from tests.support.rows import DISTRICT

FROM = "homeroom@homeroom.example"
FRONT_END = "https://app.homeroom.example"
ENVIRONMENT = {"MAIL_FROM": FROM, "FRONT_END_URL": FRONT_END}


def teacher(person: str = "t1", **fields: Any) -> PersonEntry:
    """A teacher with an address."""
    usual = {"first": "Maya", "last": "Lopez", "address": f"{person}@district.example", "roles": ("teacher",)}
    return PersonEntry(id=person, **{**usual, **fields})


def admin(person: str = "a1", **fields: Any) -> PersonEntry:
    """An administrator of the whole district."""
    return teacher(person, **{"roles": ("district_admin",), "admin": "district", **fields})


def student(person: str = "s1", **fields: Any) -> PersonEntry:
    """A student with an address."""
    return teacher(person, **{"roles": ("student",), **fields})


@dataclass
class PostOffice:
    """SES that takes mail from FROM, a user pool (made with SES, if none is given), and the stage's tables.

    `brought` is what the stream has brought already.
    """

    stage: Stage
    pool: str = ""
    brought: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.pool:
            return
        boto3.client("sesv2").create_email_identity(EmailIdentity=FROM)
        pool = boto3.client("cognito-idp").create_user_pool(PoolName="people", AliasAttributes=["email"])
        self.pool = pool["UserPool"]["Id"]

    def people(self, *entries: PersonEntry) -> None:
        """Put people on the roster, with the claims of their addresses; earlier claims of theirs stay."""
        wiring.tables()
        for entry in entries:
            person_item(DISTRICT, entry, 1).save()
            if entry.address:
                claim_item(DISTRICT, entry, 1).save()

    def link(self, person: str, account: str = "somebody") -> None:
        """As activation would."""
        bind(settings().need("districts_table"), LinkItem)
        LinkItem(*link_key(DISTRICT, person), account=account).save()

    def login(self, name: str, address: str, *, verified: bool = True) -> str:
        """A login with an address; its account's id."""
        attributes = [{"Name": "email", "Value": address}, {"Name": "email_verified", "Value": str(verified).lower()}]
        made = boto3.client("cognito-idp").admin_create_user(
            UserPoolId=self.pool, Username=name, UserAttributes=attributes, MessageAction="SUPPRESS"
        )
        return next(one["Value"] for one in made["User"]["Attributes"] if one["Name"] == "sub")

    def grant(self, account: str, schools: Iterable[str] | None = None) -> None:
        """Let an account administer the district."""
        service = AccountService(AccountStore(settings().need("users_table")))
        service.grant_admin(account, DISTRICT, "operator", self.stage.now, f"grant-{account}", schools=schools)

    def end_grants(self) -> None:
        """End every grant in the district."""
        store = AccountStore(settings().need("users_table"))
        for grant in store.admins(DISTRICT):
            AccountService(store).end_admin(grant.account, DISTRICT, "operator", self.stage.now, f"end-{grant.account}")

    def report(self, prefix: str, *admins: str) -> None:
        """A plan's report that names these administrators."""
        made = layout.Report(promoted=Promoted(prefix=prefix), admins=admins)
        aws.s3().put_object(Bucket=BUCKET, Key=f"{prefix}/{layout.REPORT}", Body=made.model_dump_json().encode())

    def stream(self) -> dict[str, Any]:
        """What the stream has for the mailer since it was last asked: messages that have become new."""
        found = aws.dynamodb().scan(TableName=settings().need("outbox_table"), ConsistentRead=True)["Items"]
        fresh = [item for item in found if item["state"]["S"] == "new"]
        again = [item for item in fresh if (item["pk"]["S"], _version(item)) not in self.brought]
        self.brought |= {(item["pk"]["S"], _version(item)) for item in again}
        return {"Records": [record(item, number) for number, item in enumerate(again)]}

    @staticmethod
    def posted(message: str) -> Posted:
        """A message as it stands."""
        return mailing.post().need(message)


def _version(item: dict[str, Any]) -> str:
    return item.get("again", item["created"])["S"]


def record(item: dict[str, Any], number: int = 0) -> dict[str, Any]:
    """An item as a record of the stream."""
    keys = {name: item[name] for name in ("pk", "sk")}
    image = {"Keys": keys, "NewImage": item, "SequenceNumber": f"{number:021}", "StreamViewType": "NEW_IMAGE"}
    return {"eventID": f"event-{number}", "eventName": "INSERT", "eventSource": "aws:dynamodb", "dynamodb": image}


def sent() -> list[tuple[str, str]]:
    """Every mail that SES took: to whom, and its subject."""
    mails = ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sent_messages
    return [(mail.destinations["ToAddresses"][0], mail.subject) for mail in mails]


class Scripted:
    """Stands in for SES: each send does the next thing it is told, an exception to raise or None to take the mail."""

    def __init__(self, *answers: Exception | None) -> None:
        self.answers, self.taken = list(answers), list[str]()

    def send_email(self, **request: Any) -> dict[str, str]:
        """As SES version 2 has it."""
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        self.taken.append(request["Destination"]["ToAddresses"][0])
        return {"MessageId": "1"}

    def sender(self) -> Sender:
        """A sender that asks it."""
        return Sender(lambda: self, FROM)
