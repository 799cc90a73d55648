"""D-03: a token that is refused stops the syncing and nothing else; when it works again, all goes on as before."""

import pytest

from homeroom.roster import wiring
from homeroom.roster.clever import errors
from homeroom.roster.runs import DistrictNotActive
from homeroom.roster.service.discovery import DiscoveryService, probe
from homeroom.roster.source import SourceFault, SourceRefused, TokenRefused
from tests.support import rows
from tests.support.machine import FakeSource
from tests.support.rows import DISTRICT

WHOLE = rows.small(6, 2)
# What says nothing of the district's token.
OTHER_FAULTS = [SourceFault(), errors.SourceFailed(), errors.SourceNotJson(), errors.ApplicationRefused()]


class Token:
    district = DISTRICT


@pytest.fixture
def synced(stage):
    """A district that went live as districts do, on the evening after its first night."""
    stage.set("onboarding")
    wiring.registration().go_live(DISTRICT, "admin", stage.now)
    stage.machine().run(FakeSource(WHOLE))
    stage.wait(days=1)
    return stage


def district():
    return wiring.registration().get(DISTRICT)


def refused(stage, fault=None):
    with pytest.raises(SourceRefused):
        stage.machine().run(FakeSource(WHOLE, fault or SourceRefused(), fails_at="districts"))
    return wiring.run_store().get(DISTRICT, 2)


def look(stage, source):
    """Discovery, with the district's token in the list."""
    return DiscoveryService(wiring.districts(), probe(lambda _: source)).discover([Token()], stage.now)


def test_d03_a_run_whose_token_is_not_listed_any_more_disconnects_the_district(synced):
    """As `wiring.source` raises it, before anything is read."""
    run = wiring.run_store().begin(DISTRICT, execution="e", now=synced.now, trigger="night", actor="schedule")
    wiring.run_store().note(run.model_copy(update={"reasons": (errors.DistrictNotAuthorised.code,)}))
    synced.machine().fail({"district": DISTRICT, "run": "2", "execution": "e"}, "DistrictNotAuthorised")
    assert district().state == "disconnected"


@pytest.mark.parametrize("where", ["schools", "users", "sections"])
def test_s07_one_refusal_among_good_answers_is_a_fault_of_that_moment(synced, where):
    with pytest.raises(SourceRefused):
        synced.machine().run(FakeSource(WHOLE, SourceRefused(), fails_at=where))
    assert wiring.run_store().get(DISTRICT, 2).reasons == ("source_refused",)
    assert district().state == "live"
    assert synced.machine().run(FakeSource(WHOLE)).state == "succeeded"


@pytest.mark.parametrize("fault", [TokenRefused()])
def test_d03_a_run_whose_token_opens_nothing_fails_and_disconnects_the_district(synced, fault):
    before, roster = district(), synced.roster()
    run = refused(synced, fault)
    assert (run.state, run.reasons) == ("failed", (fault.code,))
    assert district() == before.model_copy(update={"state": "disconnected", "revision": before.revision + 1})
    row = wiring.districts().audit(DISTRICT)[-1]
    assert (row.action, row.cause, row.after) == ("district.disconnected", "run:2", {"state": "disconnected"})
    assert synced.roster() == roster


def test_d03_while_it_is_disconnected_nothing_runs(synced):
    refused(synced)
    roster = synced.roster()
    synced.wait(days=1)
    run = synced.machine().run(FakeSource(rows.small(6, 3)))
    assert (run.state, run.reasons) == ("skipped", ("district_not_active",))
    with pytest.raises(DistrictNotActive):
        wiring.runs().start(DISTRICT, "admin", synced.now)
    assert synced.roster() == roster


@pytest.mark.parametrize("fault", OTHER_FAULTS)
def test_d03_whatever_else_goes_wrong_disconnects_nobody(synced, fault):
    """A refusal of our own credentials above all."""
    before = district()
    with pytest.raises(SourceFault):
        synced.machine().run(FakeSource(WHOLE, fault))
    assert district() == before


def test_d03_a_token_that_works_again_brings_everything_back(synced):
    """The next run reads all there is: of the time in between no event may be left."""
    refused(synced)
    synced.wait(days=40)
    assert look(synced, FakeSource(WHOLE, SourceRefused(), fails_at="districts")).reconnected == []
    assert district().state == "disconnected"
    assert look(synced, FakeSource(WHOLE)).reconnected == [DISTRICT]
    assert district().state == "live"
    run = synced.machine().run(FakeSource(rows.small(6, 3)))
    assert (run.state, run.read, run.counts["class"]) == ("succeeded", "full", 3)


def test_d03_a_failure_that_is_told_twice_disconnects_once(synced):
    """X-03: also when the token works again by then."""
    refused(synced)
    look(synced, FakeSource(WHOLE))
    before = synced.items()
    told = {"district": DISTRICT, "execution": "execution-1001", "run": "2", "failure": {"Error": "TokenRefused"}}
    wiring.control().fail(told, synced.now)
    assert synced.items() == before
