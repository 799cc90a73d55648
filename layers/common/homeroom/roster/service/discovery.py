"""Finding out which districts have authorised the application and which no longer do; letting those go live whose
date has come (D-01, D-03, D-06).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from aws_lambda_powertools.metrics import MetricUnit

from homeroom.roster.districts import District, DistrictChanged, SettingsChanged
from homeroom.roster.service.probing import lets_in
from homeroom.roster.service.registration import Announce, DistrictService, Stamp, live
from homeroom.roster.source import RosterSource, SourceFault, SourceRefused
from homeroom.roster.store.districts import DistrictStore
from homeroom.runtime.telemetry import logger, metrics

ACTOR = "system:discovery"
AUTHORISED, VANISHED = "token_listed", "token_not_listed"
DATE_CAME = "go_live_on"

Probe = Callable[[str], bool]


class NobodyListed(SourceFault):
    """A complete but empty token list, where there were several districts: taken for a fault, not for all leaving."""

    code = "source_lists_nobody"
    title = "The roster source lists no district where there were several"


class Authorised(Protocol):
    """What discovery looks at of an entry of the source's token list: never the token."""

    @property
    def district(self) -> str:
        """The id of the district that the token opens."""


@dataclass(frozen=True)
class Discovery:
    """What one look at the token list brought, by district id.

    `unknown` are all listed ones that nobody registered; `disconnected` were active and are no longer listed,
    `reconnected` are listed again and let us in; `unsettled` were being changed by somebody else, or gave no clear
    answer, and wait for the next look.
    """

    authorised: list[str] = field(default_factory=list)
    went_live: list[str] = field(default_factory=list)
    disconnected: list[str] = field(default_factory=list)
    reconnected: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)


class DiscoveryService:
    """Keeps the districts' states in step with the source's token list.

    `probe` tells whether the source lets us read a district, and raises SourceFault where that cannot be told;
    `announce` gives the action that tells people of a district that it is disconnected.
    """

    def __init__(self, store: DistrictStore, probe: Probe, announce: Announce | None = None) -> None:
        self._store, self._probe = store, probe
        self._districts = DistrictService(store, announce)

    def discover(self, tokens: Iterable[Authorised], now: datetime) -> Discovery:
        """Look at the whole list once: invited districts become onboarding, others are noted as unknown.

        A district that is no longer listed is disconnected, and one that is listed again and lets us in gets back the
        state that it had; nothing of either is removed. An error while the list is read leaves everything as it was.
        Again with the same list changes nothing. Raises NobodyListed. Carries out D-01, D-03, D-06.
        """
        listed = {token.district for token in tokens}
        found = Discovery()
        districts = self._store.registered()
        if not listed and sum(district.active for district in districts) > 1:
            raise NobodyListed
        cut_off = [district for district in districts if district.state == "disconnected"]
        for district in (district for district in districts if district not in cut_off):
            self._settle(district, listed, now, found)
        self._note_unknown(listed - {district.id for district in districts}, now, found)
        # Last those that the source has to be asked about: that may take longer than the function lives.
        for district in cut_off:
            self._settle(district, listed, now, found)
        _report(found, len(listed))
        return found

    def _settle(self, district: District, listed: set[str], now: datetime, found: Discovery) -> None:
        try:
            if district.id in listed:
                district = self._reconnect(self._authorise(district, now, found), now, found)
                self._let_go_live(district, now, found)
            elif district.active:
                self._districts.disconnected(district.id, now, VANISHED, ACTOR)
                found.disconnected.append(district.id)
        except (DistrictChanged, SettingsChanged, SourceFault):
            found.unsettled.append(district.id)

    def _authorise(self, old: District, now: datetime, found: Discovery) -> District:
        if old.state != "invited":
            return old
        new = old.model_copy(update={"state": "onboarding", "authorised_at": now})
        stamp = Stamp("district.authorised", ACTOR, now, AUTHORISED)
        new = self._store.replace(old, new, stamp.difference(old, new))
        found.authorised.append(old.id)
        return new

    def _reconnect(self, old: District, now: datetime, found: Discovery) -> District:
        if old.state != "disconnected" or not self._probe(old.id):
            return old
        new, stamp = old.let_in(now), Stamp("district.reconnected", ACTOR, now, AUTHORISED)
        new = self._store.replace(old, new, stamp.difference(old, new))
        found.reconnected.append(old.id)
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


def probe(source: Callable[[str], RosterSource]) -> Probe:
    """Asks a district's source for the district's own record, through the token that it has now. Carries out D-03."""

    def lets_us_in(district: str) -> bool:
        try:
            return lets_in(source(district))
        except SourceRefused:
            return False

    return lets_us_in


def _report(found: Discovery, listed: int) -> None:
    for what in ("authorised", "went_live", "disconnected", "reconnected", "unsettled"):
        if districts := getattr(found, what):
            logger().info("discovery", extra={"outcome": what, "districts": districts})
    metrics().add_metric(name="DistrictsListed", unit=MetricUnit.Count, value=listed)
    metrics().add_metric(name="DistrictsUnknown", unit=MetricUnit.Count, value=len(found.unknown))
