"""A registered district, as the rest of Homeroom sees it (D-01, D-06)."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from homeroom.roster.settings import DistrictSettings
from homeroom.runtime.errors import Conflict, NotFound

DistrictState = Literal["invited", "onboarding", "live", "disconnected", "ended"]
ACTIVE: frozenset[DistrictState] = frozenset({"onboarding", "live"})


class District(BaseModel):
    """A district that an operator registered. `id` is Clever's; times are UTC, `go_live_on` is a local date.

    `revision` counts every change of this record, `settings_version` those of its settings (both from 1).
    Only a district in one of the ACTIVE states is synced; one `onboarding` is planned and never applied (D-01). One is
    `disconnected` while the source does not list its token or refuses it (D-03). `authorised_at` is since when the
    source has let us in, after the last time that it did not.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    state: DistrictState = "invited"
    settings: DistrictSettings = DistrictSettings()
    settings_version: int = 1
    revision: int = 1
    go_live_on: date | None = None
    registered_at: datetime
    authorised_at: datetime | None = None
    live_at: datetime | None = None

    @property
    def active(self) -> bool:
        """Whether nights run for it."""
        return self.state in ACTIVE

    def today(self, now: datetime) -> date:
        """The date in the district's time zone."""
        return now.astimezone(self.settings.zone).date()

    def cut_off(self) -> "District":
        """It, disconnected if it was active: its syncing stops, and nothing is removed. Carries out D-03."""
        return self.model_copy(update={"state": "disconnected"}) if self.active else self

    def let_in(self, now: datetime) -> "District":
        """It, in the state that it had before it was disconnected. Carries out D-03."""
        return self.model_copy(update={"state": "live" if self.live_at else "onboarding", "authorised_at": now})


class UnknownDistrict(BaseModel):
    """A district whose token Clever lists and that nobody registered: nothing of it is fetched (D-06)."""

    model_config = ConfigDict(frozen=True)

    id: str
    first_seen: datetime


class DistrictNotFound(NotFound):
    """No such district is registered, or it is none of the caller's business (X-01)."""

    code = "district_not_found"
    title = "No such district"


class AlreadyRegistered(Conflict):
    """The district is registered already, under another name or time zone."""

    code = "already_registered"
    title = "The district is registered already"


class SettingsChanged(Conflict):
    """Somebody else changed the settings in between: read them again, then change them."""

    code = "settings_changed"
    title = "The settings were changed by somebody else in the meantime"


class DistrictChanged(Conflict):
    """The district's record changed in between, though not its settings."""

    code = "district_changed"
    title = "The district was changed by somebody else in the meantime"


class NotAuthorised(Conflict):
    """The district has been invited and has not yet authorised the application in Clever."""

    code = "district_not_authorised"
    title = "The district has not authorised Homeroom in Clever yet"


class Disconnected(Conflict):
    """Clever no longer lists the district's token, or refuses it (D-03)."""

    code = "district_disconnected"
    title = "The district is disconnected from Clever"


class Ended(Conflict):
    """The district's programme has ended."""

    code = "district_ended"
    title = "The district's programme has ended"
