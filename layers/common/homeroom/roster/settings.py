"""A district's settings: what they may be, their defaults, and how a change to them is checked (D-02)."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date, time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from homeroom.runtime.errors import InvalidInput
from homeroom.runtime.zones import zone_names

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEK: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

ELECTIVE_SUBJECTS = ("PE and health", "arts and music")
ELECTIVE_WORDS = (
    "PE", "P.E.", "physical education", "gym", "visual art", "visual arts", "fine arts", "art", "music", "chorus",
    "choir", "band", "orchestra",
)  # fmt: skip
MAX_ENTRIES = 200


def _known_zone(value: str) -> str:
    if value not in zone_names():
        raise ValueError("unknown time zone")
    return value


def _day_of_every_year(value: str) -> str:
    date.fromisoformat(f"2001-{value}")  # not a leap year, so that 29 February is refused
    return value


def _listed_once(values: tuple[str, ...]) -> tuple[str, ...]:
    trimmed = tuple(dict.fromkeys(value.strip() for value in values))
    if "" in trimmed:
        raise ValueError("an entry is empty")
    return trimmed


def _domains(values: tuple[str, ...]) -> tuple[str, ...]:
    folded = tuple(value.casefold() for value in _listed_once(values))
    if not all(re.fullmatch(r"[\w-]+(\.[\w-]+)+", value) for value in folded):
        raise ValueError("not a domain")
    return tuple(dict.fromkeys(folded))


def _in_week_order(values: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
    return tuple(day for day in WEEK if day in values)


Entry = Annotated[str, Field(max_length=200)]
Entries = Annotated[tuple[Entry, ...], Field(max_length=MAX_ENTRIES), AfterValidator(_listed_once)]
Domains = Annotated[tuple[Entry, ...], Field(max_length=MAX_ENTRIES), AfterValidator(_domains)]
Nights = Annotated[tuple[Weekday, ...], Field(min_length=1, max_length=50), AfterValidator(_in_week_order)]
Zone = Annotated[str, AfterValidator(_known_zone)]
ClockTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
DayOfYear = Annotated[str, Field(pattern=r"^[0-9]{2}-[0-9]{2}$"), AfterValidator(_day_of_every_year)]


class _Part(BaseModel):
    # Strict: "7" is no number and "yes" no truth value, so that a typing error is told, not guessed at.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_by_name=True, validate_by_alias=True)


class Exclusions(_Part):
    """The sharing rules: which sections and staff stay out of the roster (S-04)."""

    subjects: Entries = Field(ELECTIVE_SUBJECTS, description="a list of Clever subjects to leave out")
    name_words: Entries = Field(
        ELECTIVE_WORDS,
        description="a list of whole words; where the subject is blank or other, they leave a section out",
    )
    grades: Entries = Field((), description="a list of grades, as Clever spells them, to leave out")
    schools: Entries = Field((), description="a list of Clever school ids to leave out")
    staff_titles: Entries = Field((), description="a list of staff titles that make nobody an administrator")


class Guards(_Part):
    """How much change a run may bring before a person has to approve it, in per cent and records (S-08, S-09)."""

    # S-08 holds always, so a district may only draw its limit tighter.
    half_percent: int = Field(50, ge=1, le=50, description="a whole number from 1 to 50: per cent changed or removed")
    removal_percent: int = Field(10, ge=0, le=100, description="a whole number from 0 to 100: per cent removed")
    removal_floor: int = Field(5, ge=0, le=1000, description="a whole number from 0 to 1000: records removed")
    rekey_percent: int = Field(20, ge=1, le=100, description="a whole number from 1 to 100: per cent under new ids")


class PauseWindow(_Part):
    """Days on which no night runs, the first and the last included, in the district's time zone (S-17)."""

    first: date = Field(alias="from", description="the window's first day as YYYY-MM-DD")
    last: date = Field(alias="to", description="the window's last day as YYYY-MM-DD")

    @model_validator(mode="after")
    def _in_order(self) -> "PauseWindow":
        if self.last < self.first:
            raise ValueError("ends before it begins")
        return self

    def holds(self, day: date) -> bool:
        """Whether that local day lies in the window."""
        return self.first <= day <= self.last


class DistrictSettings(_Part):
    """Everything about a district that a person decides. Carries out D-02."""

    time_zone: Zone = Field("UTC", description="an IANA time zone such as America/Chicago")
    terms: Literal["current", "all"] = Field("current", description="`current` or `all`")
    term_lead_days: int = Field(7, ge=0, le=60, description="a whole number of days from 0 to 60")
    exclude: Exclusions = Field(Exclusions(), description="an object of lists: what is left out of the roster")
    email_domains: Domains = Field((), description="a list of e-mail domains such as district.example, without @")
    sync_time: ClockTime = Field("02:00", description="a local time of day as HH:MM, from 00:00 to 23:59")
    nights: Nights = Field(WEEK, description="a list of at least one of mon, tue, wed, thu, fri, sat, sun")
    pause_windows: tuple[PauseWindow, ...] = Field(
        (),
        max_length=50,
        description='a list of up to 50 windows {"from": date, "to": date}, none ending before it begins',
    )
    guards: Guards = Field(Guards(), description="an object of limits")
    grace_days: int = Field(7, ge=0, le=365, description="a whole number of days from 0 to 365")
    retention_days: int = Field(60, ge=0, le=3650, description="a whole number of days from 0 to 3650")
    school_year_end: DayOfYear = Field("06-30", description="a day of every year as MM-DD, such as 06-30")
    admins_on_exit: Literal["convert", "remove"] = Field("convert", description="`convert` or `remove`")
    mails: bool = Field(True, description="true or false")

    @property
    def zone(self) -> ZoneInfo:
        """The district's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def sync_at(self) -> time:
        """The local time of day at which a night's run starts."""
        return time.fromisoformat(self.sync_time)

    def as_json(self) -> dict[str, Any]:
        """The settings as the API shows and takes them; `from_json` reads them again."""
        return self.model_dump(mode="json", by_alias=True)

    def fingerprint(self) -> str:
        """64 hex digits, equal for equal settings on any machine, for naming the settings that a run used (D-02)."""
        text = json.dumps(self.as_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def from_json(value: Mapping[str, Any]) -> DistrictSettings:
    """Settings from their JSON form; what is absent takes its default.

    Raises InvalidInput with `field` as a dotted path (`exclude.subjects`, `pause_windows.0.to`) and a
    sentence that says what to send instead. Carries out D-02.
    """
    try:
        # Through JSON, where strictness still lets a list be a tuple and a text a date.
        return DistrictSettings.model_validate_json(json.dumps(value))
    except ValidationError as failure:
        raise _refusal(failure.errors(include_url=False, include_context=False)[0]["loc"]) from None


def changed(settings: DistrictSettings, changes: Mapping[str, Any]) -> DistrictSettings:
    """The settings with changes merged in: objects merge, lists replace, null brings a default back.

    Raises InvalidInput as `from_json` does; `time_zone` has no default to go back to. Carries out D-02.
    """
    if changes.get("time_zone", "") is None:
        raise _refusal(("time_zone",))
    return from_json(_merged(settings.as_json(), changes))


def _merged(old: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(old)
    for key, value in changes.items():
        if value is None and key in old:
            del result[key]
        elif isinstance(value, Mapping) and isinstance(old.get(key), Mapping):
            result[key] = _merged(old[key], value)
        else:
            result[key] = value
    return result


def _refusal(where: tuple[int | str, ...]) -> InvalidInput:
    """What to tell about a value in the wrong place or shape. Never repeats a value, nor an odd key (X-05)."""
    parts: type[BaseModel] | None = DistrictSettings
    path, expected = "", "an object of settings"
    for step in where:
        if parts is not None and isinstance(step, str):
            field = next((f for name, f in parts.model_fields.items() if step in {f.alias, name}), None)
            if field is None:
                known = ", ".join(f.alias or name for name, f in parts.model_fields.items())
                odd = step if re.fullmatch(r"[a-z_]{1,40}", step) else ""
                return InvalidInput(f"There is no such setting. Known here: {known}.", field=f"{path}.{odd}".strip("."))
            parts, expected = _PARTS.get(step), field.description or expected
        path = f"{path}.{step}".strip(".")
    return InvalidInput(f"Send {expected}.", field=path)


_PARTS: dict[str, type[BaseModel]] = {"exclude": Exclusions, "guards": Guards, "pause_windows": PauseWindow}
