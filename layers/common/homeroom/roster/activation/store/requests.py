"""Requests of people whose mail does not reach them, for a teacher of the class to confirm (A-04).

`C#D#<district>#<section>` / `R#<account>`, in the classes table: over after 30 days, whether or not it is still there.
"""

from datetime import datetime, timedelta

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.exceptions import PutError

from homeroom.accounts.account import LinkEnd
from homeroom.classes.ids import ClassId
from homeroom.classes.store.independent import pk_of
from homeroom.roster.activation.model import Request
from homeroom.runtime.dynamo import TableMeta, TableModel, bind

KEPT = timedelta(days=30)
REQUEST = "R#"
REFUSED = "ConditionalCheckFailedException"


class RequestItem(TableModel):
    """That an account says it is a student of the class."""

    class Meta(TableMeta):
        pass

    person = UnicodeAttribute()
    asked = UTCDateTimeAttribute()
    agreed = BooleanAttribute(null=True)
    expires_at = NumberAttribute()


class RequestStore:
    """Requests, in the classes table of that name."""

    def __init__(self, table: str) -> None:
        bind(table, RequestItem)

    @staticmethod
    def put(klass: ClassId, request: Request) -> bool:
        """Keep a request, in the place of an earlier one of that account for the same person.

        False, and nothing changed, while it waits to be somebody else of the class: whoever is being looked at does
        not become another under the teacher's eyes.
        """
        ends = int((request.asked + KEPT).timestamp())
        sk, person = REQUEST + request.account, request.end.person
        item = RequestItem(
            pk_of(klass), sk, person=person, asked=request.asked, agreed=request.agreed or None, expires_at=ends
        )
        over = RequestItem.pk.does_not_exist() | (RequestItem.expires_at <= int(request.asked.timestamp()))
        try:
            item.save(condition=over | (RequestItem.person == person))
        except PutError as error:
            if error.cause_response_code == REFUSED:
                return False
            raise
        return True

    @staticmethod
    def waiting(klass: ClassId, now: datetime) -> list[Request]:
        """Those that wait in a class, the longest first (a consistent read)."""
        items = RequestItem.query(pk_of(klass), RequestItem.sk.startswith(REQUEST), consistent_read=True)
        found = [_request(klass, item) for item in items if item.expires_at > now.timestamp()]
        return sorted(found, key=lambda one: (one.asked, one.account))

    def get(self, klass: ClassId, account: str, now: datetime) -> Request | None:
        """What that account asks for in the class; None when it asks for nothing."""
        items = RequestItem.batch_get([(pk_of(klass), REQUEST + account)], consistent_read=True)
        return next((_request(klass, item) for item in items if item.expires_at > now.timestamp()), None)

    @staticmethod
    def drop(klass: ClassId, account: str) -> None:
        """Forget a request, whether or not there is one."""
        RequestItem(pk_of(klass), REQUEST + account).delete()


def _request(klass: ClassId, item: RequestItem) -> Request:
    return Request(item.sk.removeprefix(REQUEST), LinkEnd(klass.of, item.person), item.asked, bool(item.agreed))
