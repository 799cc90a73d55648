"""Finding out which districts have authorised the application, and letting those go live whose date has come."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from aws_lambda_powertools.metrics import MetricUnit

from homeroom.roster.districts import ACTIVE, District, DistrictChanged, SettingsChanged
from homeroom.roster.service.registration import Stamp, live
from homeroom.roster.store.districts import DistrictStore
from homeroom.runtime.telemetry import logger, metrics

ACTOR = "system:discovery"
AUTHORISED = "token_listed"
DATE_CAME = "go_live_on"


class Authorised(Protocol):
    """What discovery looks at of an entry of the source's token list: never the token."""

    @property
    def district(self) -> str:
        """The id of the district that the token opens."""


@dataclass(frozen=True)
class Discovery:
    """What one look at the token list brought, by district id.

    `unknown` are all listed ones that nobody registered; `missing` are active and no longer listed;
    `unsettled` were being changed by somebody else and wait for the next look.
    """

    authorised: list[str] = field(default_factory=list)
    went_live: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)


class DiscoveryService:
    """Keeps the districts' states in step with the source's token list."""

    def __init__(self, store: DistrictStore) -> None:
        self._store = store

    def discover(self, tokens: Iterable[Authorised], now: datetime) -> Discovery:
        """Look at the whole list once: invited districts become onboarding, others are noted as unknown.

        An error while the list is read leaves everything as it was. A district that is no longer listed is
        reported and stays as it is. Again with the same list changes nothing. Carries out D-01, D-06.
        """
        listed = {token.district for token in tokens}
        found = Discovery()
        districts = self._store.registered()
        for district in districts:
            self._settle(district, listed, now, found)
        self._note_unknown(listed - {district.id for district in districts}, now, found)
        _report(found, len(listed))
        return found

    def _settle(self, district: District, listed: set[str], now: datetime, found: Discovery) -> None:
        if district.id not in listed:
            if district.state in ACTIVE:
                found.missing.append(district.id)
            return
        try:
            district = self._authorise(district, now, found)
            self._let_go_live(district, now, found)
        except (DistrictChanged, SettingsChanged):
            found.unsettled.append(district.id)

    def _authorise(self, old: District, now: datetime, found: Discovery) -> District:
        if old.state != "invited":
            return old
        new = old.model_copy(update={"state": "onboarding", "authorised_at": now})
        stamp = Stamp("district.authorised", ACTOR, now, AUTHORISED)
        new = self._store.replace(old, new, stamp.difference(old, new))
        found.authorised.append(old.id)
        return new

    def _let_go_live(self, old: District, now: datetime, found: Discovery) -> None:
        if old.state != "onboarding" or old.go_live_on is None or old.go_live_on > old.today(now):
            return
        new = live(old, now)
        self._store.replace(old, new, Stamp("district.go_live", ACTOR, now, DATE_CAME).difference(old, new))
        found.went_live.append(old.id)

    def _note_unknown(self, listed: set[str], now: datetime, found: Discovery) -> None:
        # The index may lag behind a registration of just now, which a direct read sees.
        found.unknown.extend(sorted(district for district in listed if self._store.get(district) is None))
        noted = {district.id for district in self._store.unknown()}
        for district in set(found.unknown) - noted:
            self._store.note_unknown(district, now)
        for district in noted.difference(found.unknown):
            self._store.forget_unknown(district)


def _report(found: Discovery, listed: int) -> None:
    for what in ("authorised", "went_live", "missing", "unsettled"):
        if districts := getattr(found, what):
            logger().info("discovery", extra={"outcome": what, "districts": districts})
    metrics().add_metric(name="DistrictsListed", unit=MetricUnit.Count, value=listed)
    metrics().add_metric(name="DistrictsUnknown", unit=MetricUnit.Count, value=len(found.unknown))
    metrics().add_metric(name="DistrictsNotListed", unit=MetricUnit.Count, value=len(found.missing))
