"""What the outbox holds, as everybody may know it: no table, no AWS."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

# new → sending → sent, or dropped. `refused`: SES turned it down for now, the stream brings it again. `failed`: turned
# down for good. `unsure`: nobody knows whether it went out; only an operator sends it again.
State = Literal["new", "refused", "sending", "sent", "dropped", "unsure", "failed"]


class Message(BaseModel):
    """A message: who is to be told what, by ids. `id` is made of what it is about; `asked` is a request's own key.

    `subject` is the id of what it tells of: an invitation, a proof. `kind` says who writes the letter; the contexts
    above know theirs. Of a district, without `person` and `account`, it is to everybody concerned, and the mailer makes
    it one to each of them.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    district: str = ""
    person: str = ""
    account: str = ""
    subject: str = ""
    run: int = 0
    created: datetime
    actor: str = ""
    asked: str = ""
