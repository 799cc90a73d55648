"""D-02: a district's settings are validated, and a refusal says where and how to mend it."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.roster.settings import WEEK, DistrictSettings, changed, from_json
from homeroom.runtime.errors import InvalidInput

DEFAULTS = DistrictSettings()

text = st.text("aZ09 .-:é\ud800", max_size=8)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=8,
)
valid_changes = st.fixed_dictionaries(
    {},
    optional={
        "terms": st.sampled_from(["current", "all"]),
        "term_lead_days": st.integers(0, 60) | st.none(),
        "nights": st.lists(st.sampled_from(WEEK), min_size=1),
        "exclude": st.fixed_dictionaries({}, optional={"grades": st.lists(st.sampled_from(["13", "14", "Other"]))}),
        "guards": st.fixed_dictionaries({}, optional={"removal_percent": st.integers(0, 100)}) | st.none(),
        "mails": st.booleans(),
        "pause_windows": st.lists(st.just({"from": "2026-07-01", "to": "2026-07-31"}), max_size=3),
    },
)


def test_the_defaults_are_those_of_the_rules():
    """D-02, S-01, S-04, S-08, S-09, S-14"""
    assert (DEFAULTS.terms, DEFAULTS.term_lead_days, DEFAULTS.grace_days) == ("current", 7, 7)
    assert DEFAULTS.exclude.subjects == ("PE and health", "arts and music")
    assert {"PE", "P.E.", "physical education", "visual art", "visual arts"} < set(DEFAULTS.exclude.name_words)
    assert (DEFAULTS.guards.half_percent, DEFAULTS.guards.removal_percent) == (50, 10)
    assert (DEFAULTS.guards.removal_floor, DEFAULTS.guards.rekey_percent) == (5, 20)
    assert DEFAULTS.nights == WEEK


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"exclude": {"subjects": "art"}}, "exclude.subjects"),
        ({"exclude": {"subjects": ["art", 3]}}, "exclude.subjects.1"),
        ({"exclude": {"grades": [" "]}}, "exclude.grades"),
        ({"exclude": []}, "exclude"),
        ({"guards": {"half_percent": 51}}, "guards.half_percent"),
        ({"guards": {"half_percent": "50"}}, "guards.half_percent"),
        ({"guards": {"other": 1}}, "guards.other"),
        ({"term_lead_days": 61}, "term_lead_days"),
        ({"term_lead_days": True}, "term_lead_days"),
        ({"grace_days": -1}, "grace_days"),
        ({"grace_days": float("nan")}, "grace_days"),
        ({"sync_time": "24:00"}, "sync_time"),
        ({"sync_time": "2:00"}, "sync_time"),
        ({"nights": []}, "nights"),
        ({"nights": ["monday"]}, "nights.0"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": "localtime"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"time_zone": None}, "time_zone"),
        ({"school_year_end": "02-29"}, "school_year_end"),
        ({"school_year_end": "13-01"}, "school_year_end"),
        ({"email_domains": ["a@district.example"]}, "email_domains"),
        ({"pause_windows": [{"from": "2026-07-02", "to": "2026-07-01"}]}, "pause_windows.0"),
        ({"pause_windows": [{"from": "2026-07-02"}]}, "pause_windows.0.to"),
        ({"pause_windows": [{"from": 0, "to": "2026-07-01"}]}, "pause_windows.0.from"),
        ({"mails": "yes"}, "mails"),
        ({"unheard_of": 1}, "unheard_of"),
        ({"admins_on_exit": "keep"}, "admins_on_exit"),
    ],
)
def test_a_refusal_names_the_field_and_how_to_mend_it(changes, field):
    """D-02"""
    with pytest.raises(InvalidInput) as refused:
        changed(DEFAULTS, changes)
    assert refused.value.field == field
    assert refused.value.detail.startswith(("Send ", "There is no such setting. Known here: "))


def test_a_refusal_does_not_repeat_an_odd_key():
    """X-05: a key could be anybody's name."""
    with pytest.raises(InvalidInput) as refused:
        changed(DEFAULTS, {"exclude": {"Jane Doe": 1}})
    assert refused.value.field == "exclude"
    assert "Jane" not in refused.value.detail


@given(changes=st.dictionaries(st.sampled_from([*DistrictSettings.model_fields, "x"]), json_values, max_size=3))
def test_any_json_is_taken_or_refused_with_a_field(changes):
    """D-02: nothing else comes out than settings or a refusal, and what comes out can be stored and read."""
    after = DEFAULTS
    with suppress(InvalidInput):
        after = changed(DEFAULTS, changes)
    assert from_json(after.as_json()) == after


@given(first=valid_changes, second=valid_changes)
def test_changes_merge_and_repeat_to_the_same(first, second):
    """X-03: the same change twice is the same as once, and equal settings share a fingerprint."""
    once = changed(changed(DEFAULTS, first), second)
    again = changed(once, second)
    assert again == once
    assert again.fingerprint() == from_json(once.as_json()).fingerprint()
    assert (once == DEFAULTS) == (once.fingerprint() == DEFAULTS.fingerprint())


def test_objects_merge_lists_replace_and_null_brings_the_default_back():
    """D-02"""
    one = changed(DEFAULTS, {"exclude": {"subjects": ["math"], "grades": ["13"]}, "grace_days": 3})
    two = changed(one, {"exclude": {"grades": []}, "grace_days": None})
    assert two.exclude.subjects == ("math",)
    assert two.exclude.grades == ()
    assert two.grace_days == DEFAULTS.grace_days
    assert changed(two, {"exclude": None}) == DEFAULTS


def test_values_are_kept_in_one_form():
    """D-02: week order, domains in lower case, entries trimmed and once."""
    after = changed(
        DEFAULTS,
        {"nights": ["fri", "mon", "fri"], "email_domains": ["District.Example"], "exclude": {"grades": ["13 ", "13"]}},
    )
    assert after.nights == ("mon", "fri")
    assert after.email_domains == ("district.example",)
    assert after.exclude.grades == ("13",)


def test_a_pause_window_holds_its_first_and_last_day():
    """S-17"""
    window = changed(DEFAULTS, {"pause_windows": [{"from": "2026-07-01", "to": "2026-07-02"}]}).pause_windows[0]
    assert [window.holds(date(2026, month, day)) for month, day in ((6, 30), (7, 1), (7, 2), (7, 3))] == [
        False,
        True,
        True,
        False,
    ]
