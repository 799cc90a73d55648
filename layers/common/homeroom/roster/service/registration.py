"""Registering a district, changing its settings, letting it go live, losing its token (D-01, D-02, D-03, D-06)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from homeroom.roster.districts import (
    AlreadyRegistered,
    Disconnected,
    District,
    DistrictChanged,
    DistrictNotFound,
    Ended,
    NotAuthorised,
)
from homeroom.roster.settings import DistrictSettings, changed
from homeroom.roster.store.districts import DistrictStore
from homeroom.runtime.audit import Change
from homeroom.runtime.errors import InvalidInput

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

ATTEMPTS = 5
MAX_NAME = 200
REQUEST = "request"
SYNC = "system:sync"

Decide = Callable[[District], District]
Announce = Callable[[District, datetime], "TransactWriteItemTypeDef"]


class DistrictService:
    """Districts, as operators and their admins change them. Every method can be repeated safely (X-03).

    `announce` gives the action that tells people of a district that it is disconnected, once for each time.
    """

    def __init__(self, store: DistrictStore, announce: Announce | None = None) -> None:
        self._store, self._announce = store, announce

    def get(self, district: str) -> District:
        """The district. Raises DistrictNotFound when none of that id is registered."""
        found = self._store.get(district)
        if found is None:
            raise DistrictNotFound
        return found

    def register(
        self, district: str, *, name: str, time_zone: str, actor: str, now: datetime, cause: str = REQUEST
    ) -> District:
        """Register a partner district, in state `invited`; if its token was listed as unknown, this accepts it.

        Returns the district, also when it was registered so before. Raises InvalidInput (`district`, `name`,
        `time_zone`), AlreadyRegistered when it is there under another name or time zone. Carries out D-06.
        """
        settings = changed(DistrictSettings(), {"time_zone": time_zone})
        new = District(id=_valid_id(district), name=_valid_name(name), settings=settings, registered_at=now)
        stamp = Stamp("district.registered", actor, now, cause)
        if self._store.register(new, stamp.change(new, None, _flat(new))):
            return new
        there = self.get(district)
        if (there.name, there.settings.time_zone) != (new.name, time_zone):
            raise AlreadyRegistered("Change its settings instead of registering it again.")
        return there

    def change_settings(
        self, district: str, changes: Mapping[str, Any], actor: str, now: datetime, *, cause: str = REQUEST
    ) -> District:
        """Merge changes into the settings; the same settings again write nothing.

        Raises DistrictNotFound, InvalidInput with the setting at fault as `field`, SettingsChanged when
        somebody else changed them in between. Carries out D-02, X-04.
        """

        def decide(old: District) -> District:
            settings = changed(old.settings, changes)
            if settings == old.settings:
                return old
            return old.model_copy(update={"settings": settings, "settings_version": old.settings_version + 1})

        return self._decided(district, decide, Stamp("district.settings_changed", actor, now, cause))

    def go_live(
        self, district: str, actor: str, now: datetime, on: date | None = None, *, cause: str = REQUEST
    ) -> District:
        """Let an onboarding district go live, now or on a later date of its own calendar.

        A district that is live stays as it is. Raises DistrictNotFound, NotAuthorised, Disconnected or Ended
        by its state, InvalidInput (`on`) for a date gone by. Carries out D-01.
        """

        def decide(old: District) -> District:
            _refuse_unless_authorised(old)
            if old.state == "live":
                return old
            today = old.today(now)
            if on is not None and on < today:
                raise InvalidInput("Send today's date or a later one, or none to go live now.", field="on")
            if on is not None and on > today:
                return old.model_copy(update={"go_live_on": on})
            return live(old, now)

        return self._decided(district, decide, Stamp("district.go_live", actor, now, cause))

    def disconnected(self, district: str, now: datetime, cause: str, actor: str = SYNC) -> District:
        """Record that the source lists the district's token no more, or refuses it: its syncing stops, all else stays.

        One that is neither onboarding nor live is left as it is. Raises DistrictNotFound. Carries out D-03.
        """
        from homeroom.roster.telemetry import report_disconnected  # noqa: PLC0415  few who register need it

        stamp = Stamp("district.disconnected", actor, now, cause)
        # People are told with the record: of a district that is disconnected nobody would do it again (D-03).
        found = self._decided(district, District.cut_off, stamp, self._announce)
        if found.state == "disconnected":
            # Again for one that was so before: whoever recorded it may have died before it was counted.
            report_disconnected(district, cause)
        return found

    def _decided(self, district: str, decide: Decide, stamp: "Stamp", announce: Announce | None = None) -> District:
        """Decide on the district as it is, and again when something else about it changed meanwhile."""
        for _ in range(ATTEMPTS):
            old = self.get(district)
            new = decide(old)
            if new == old:
                return old
            mails = [announce(new, stamp.at)] if announce else []
            try:
                return self._store.replace(old, new, stamp.difference(old, new), *mails)
            except DistrictChanged:
                continue
        raise DistrictChanged


def live(district: District, now: datetime) -> District:
    """The district, gone live at that moment."""
    return district.model_copy(update={"state": "live", "live_at": now})


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who does what, when and why: what all audit rows of one use case share (X-04)."""

    action: str
    actor: str
    at: datetime
    cause: str

    def difference(self, old: District, new: District) -> Change:
        """The change from one record to the next: fields and single settings that differ, nothing else."""
        before, after = _flat(old), _flat(new)
        names = sorted(name for name in before if before[name] != after[name])
        following = new.model_copy(update={"revision": old.revision + 1})
        return self.change(following, {n: before[n] for n in names}, {n: after[n] for n in names})

    def change(self, new: District, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Change:
        """The change that led to this record. Named by its revision: one row each, whoever repeats the request."""
        return Change(
            id=f"district-{new.revision}",
            at=self.at,
            actor=self.actor,
            action=self.action,
            subject=f"district:{new.id}",
            cause=self.cause,
            before=before,
            after=after,
        )


def _flat(district: District) -> dict[str, Any]:
    plain = district.model_dump(mode="json", exclude={"settings", "revision"})
    return plain | {f"settings.{name}": value for name, value in district.settings.as_json().items()}


def _refuse_unless_authorised(district: District) -> None:
    match district.state:
        case "invited":
            raise NotAuthorised
        case "disconnected":
            raise Disconnected
        case "ended":
            raise Ended
        case "onboarding" | "live":
            return


def _valid_id(district: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{24}", district):
        raise InvalidInput("Send the Clever district id: 24 digits of 0-9 and a-f.", field="district")
    return district


def _valid_name(name: str) -> str:
    trimmed = name.strip()
    if not trimmed or len(trimmed) > MAX_NAME or not trimmed.isprintable():
        raise InvalidInput(f"Send the district's name, of 1 to {MAX_NAME} printable characters.", field="name")
    return trimmed
