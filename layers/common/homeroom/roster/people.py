"""A person of the roster, as far as others than the sync look at them."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from homeroom.runtime.errors import Conflict, HomeroomError, NotFound

PersonState = Literal["live", "leaving", "archived"]


class RosterPerson(BaseModel):
    """A roster record as it stands: `address` is normalised and empty when it cannot be used (A-01).

    `admin` is "district", "schools" or "" (S-03); `linked` says whether an account has activated it.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    state: PersonState
    first: str = ""
    address: str = ""
    roles: frozenset[str] = frozenset()
    schools: frozenset[str] = frozenset()
    admin: str = ""
    linked: bool = False


class PersonNotFound(NotFound):
    """The district's roster has no such person, or it is none of the caller's business (X-01)."""

    code = "person_not_found"
    title = "No such person"


class NoActivationMail(Conflict):
    """This person gets no activation mail; `extra["reason"]` is a stable word for why (D-04)."""

    code = "no_activation_mail"
    title = "This person gets no activation mail"


class TooManyMails(HomeroomError):
    """The person was mailed as often today as anybody is; `extra["retry_after"]` says how many seconds to wait."""

    status = 429
    code = "too_many_mails"
    title = "Too many mails to this person today"
