"""S-07, S-08, S-17, D-01: what fails, waits or is skipped leaves everything but the run's record and the lease."""

import pytest

from homeroom.roster import wiring
from homeroom.roster.clever import errors
from homeroom.roster.model import DistrictRow, Rejected
from homeroom.roster.service.fetch import SourceEmpty
from homeroom.roster.source import SourceFault, SourceRefused
from tests.support import rows
from tests.support.machine import FakeSource


def family(fault):
    return [fault, *(below for child in fault.__subclasses__() for below in family(child))]


# A refused token stops more than the run: test_disconnected has those.
FAULTS = [
    fault
    for fault in family(SourceFault)
    if fault.__module__ in {errors.__name__, SourceFault.__module__} and not issubclass(fault, SourceRefused)
]


@pytest.fixture
def synced(stage):
    """A district after its first night, on the next evening."""
    stage.machine().run(FakeSource(rows.small(6, 2)))
    stage.wait(days=1)
    return stage


def kept(stage):
    """Everything that no failed, held or skipped run may change: all items but runs, lease and what is told of them."""
    return {key: item for key, item in stage.items().items() if not key[2].startswith(("RUN#", "SYNC", "MAIL"))}


def record(number=2):
    return wiring.run_store().get(rows.DISTRICT, number)


def with_users(n):
    whole = rows.small(6, 2)
    return {**whole, "users": whole["users"][:n]}


def test_s07_every_kind_of_fault_stops_the_run_and_changes_nothing(synced):
    before, objects = kept(synced), synced.objects()
    for number, fault in enumerate(FAULTS, start=2):
        with pytest.raises(fault):
            synced.machine().run(FakeSource(rows.small(6, 3), fault()))
        assert record(number).state == "failed"
        assert record(number).based_on == 0
    assert kept(synced) == before
    assert synced.objects() == objects
    assert wiring.run_store().sync(rows.DISTRICT).promoted.run == 1
    assert len(FAULTS) >= 14


@pytest.mark.parametrize("where", ["cursor", "districts", "schools", "terms", "courses", "users"])
def test_s07_wherever_the_source_fails_nothing_is_changed_and_the_next_run_succeeds(synced, where):
    before, objects = kept(synced), synced.objects()
    with pytest.raises(errors.SourceFailed):
        synced.machine().run(FakeSource(rows.small(6, 3), errors.SourceFailed(), fails_at=where))
    assert (record().state, record().reasons) == ("failed", ("source_failed",))
    assert (kept(synced), synced.objects()) == (before, objects)
    assert synced.machine().run(FakeSource(rows.small(6, 3))).state == "succeeded"


@pytest.mark.parametrize("kind", ["users", "sections", "schools"])
def test_s07_a_complete_but_empty_list_is_a_fault_where_there_were_some(synced, kind):
    before, objects = kept(synced), synced.objects()
    with pytest.raises(SourceEmpty):
        synced.machine().run(FakeSource({**rows.small(6, 2), kind: []}))
    assert record().reasons == ("source_empty",)
    assert (kept(synced), synced.objects()) == (before, objects)


def test_s07_an_empty_list_where_there_was_none_is_no_fault(stage):
    run = stage.machine().run(FakeSource({**rows.small(6, 2), "sections": []}))
    assert run.state == "succeeded"
    assert run.findings["no_current_section"] == 1


@pytest.mark.parametrize("kind", ["terms", "courses"])
def test_s07_an_empty_term_or_course_list_is_held(synced, kind):
    run = synced.machine().run(FakeSource({**rows.small(6, 2), kind: []}))
    assert run.state == "held"
    assert f"empty:{kind.removesuffix('s') if kind == 'terms' else kind}" in run.reasons


def test_s08_a_held_run_applies_nothing_and_keeps_its_plan(synced):
    before = kept(synced)
    run = synced.machine().run(FakeSource(with_users(4)))
    assert (run.state, "half:person" in run.reasons, run.written) == ("held", True, 0)
    assert run.changes["person"]["remove"] == 6
    assert kept(synced) == before
    sync = wiring.run_store().sync(rows.DISTRICT)
    assert (sync.promoted.run, sync.applying, sync.holder) == (1, 0, 0)
    assert any("00000002/plan/manifest" in key for key in synced.objects())


def test_s08_a_held_run_is_not_asked_about_again_and_passes_when_mended(synced):
    synced.machine().run(FakeSource(with_users(4)))
    assert synced.machine().run(FakeSource(with_users(4))).reasons == ("plan_held",)
    run = synced.machine().run(FakeSource(rows.small(6, 2)))
    assert (run.state, run.changes, run.based_on) == ("succeeded", {}, 1)


def test_d01_until_it_is_live_a_district_is_only_planned(stage):
    stage.set("onboarding")
    before = kept(stage)
    run = stage.machine().run(FakeSource(rows.small(6, 2)))
    assert (run.state, run.written) == ("planned", 0)
    assert run.changes["person"] == {"create": 10}
    assert kept(stage) == before
    stage.set("live")
    run = stage.machine().run(FakeSource(rows.small(6, 2)))
    assert (run.state, run.counts["person"]) == ("succeeded", 10)


@pytest.mark.parametrize("state", ["invited", "disconnected", "ended"])
def test_d03_a_district_that_is_not_synced_is_skipped_and_loses_nothing(synced, state):
    synced.set(state)
    before = kept(synced)
    run = synced.machine().run(FakeSource(rows.small(6, 3)))
    assert (run.state, run.reasons) == ("skipped", ("district_not_active",))
    assert kept(synced) == before


WINDOW = [{"from": "2026-09-16", "to": "2026-09-16"}]


def test_s17_a_paused_night_is_skipped_with_its_reason(synced):
    synced.set(pause_windows=WINDOW)
    before, objects = kept(synced), synced.objects()
    run = synced.machine().run(FakeSource(rows.small(6, 3)))
    assert (run.state, run.reasons) == ("skipped", ("pause_window",))
    assert (kept(synced), synced.objects()) == (before, objects)
    synced.wait(days=1)
    assert synced.machine().run(FakeSource(rows.small(6, 3))).state == "succeeded"


def paused():
    return {**rows.small(6, 3), "districts": [DistrictRow(id=rows.DISTRICT, state="paused")]}


def test_s17_a_district_that_is_paused_at_clever_is_skipped(synced):
    before, objects = kept(synced), synced.objects()
    run = synced.machine().run(FakeSource(paused()))
    assert (run.state, run.reasons) == ("skipped", ("paused_at_source",))
    assert (kept(synced), synced.objects()) == (before, objects)


def test_s17_an_admin_may_sync_in_a_pause_window_but_not_against_clever(synced):
    synced.set(pause_windows=WINDOW)
    assert synced.machine().run(FakeSource(paused()), trigger="manual").reasons == ("paused_at_source",)
    assert synced.machine().run(FakeSource(rows.small(6, 3)), trigger="manual").state == "succeeded"


def test_s06_a_record_that_cannot_be_read_keeps_its_earlier_version(synced):
    before = synced.roster()
    whole = rows.small(6, 2)
    for kind in ("schools", "terms", "users", "sections"):
        first, *others = whole[kind]
        whole[kind] = [Rejected(id=first.id, reason="wrong_shape", field="name"), *others]
    run = synced.machine().run(FakeSource(whole))
    assert (run.state, run.changes, run.findings["record_rejected"]) == ("succeeded", {}, 4)
    assert "unknown_school" not in run.findings
    assert "term_unknown" not in run.findings
    assert synced.roster() == before


def test_s14_from_a_class_whose_section_cannot_be_read_people_go_whose_grace_is_over(synced):
    """S-06 keeps the class as it was, not those in it who have left the district."""
    whole = rows.small(6, 2)
    unread, *others = whole["sections"]
    whole["sections"] = [Rejected(id=unread.id, reason="wrong_shape", field="name"), *others]
    whole["users"] = [row for row in whole["users"] if row.id not in {"s000", unread.teacher}]
    keys = {("classes", f"C#D#{rows.DISTRICT}#{unread.id}", key) for key in ("S#s000", f"T#{unread.teacher}")}
    run = synced.machine().run(FakeSource(whole))
    assert (run.changes, synced.roster().keys() & keys) == ({"person": {"remove": 2}}, keys)
    synced.wait(days=7)
    run = synced.machine().run(FakeSource(whole))
    assert run.changes["person"] == {"end": 2}
    assert not synced.roster().keys() & keys
    assert ("classes", f"C#D#{rows.DISTRICT}#{unread.id}", "S#s001") in synced.roster()


def test_s05_a_run_says_through_which_moment_its_data_reaches_and_on_what_it_is_based(synced):
    """P-10 as well."""
    run = synced.machine().run(FakeSource(rows.small(6, 2)))
    assert (run.based_on, run.reached, run.settings_version) == (1, run.started_at, 1)
    assert run.counts == record(1).counts
