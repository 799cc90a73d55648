"""Findings that no run makes, in a district where many have verified an address of their own: A-05, S-06."""

import threading
from typing import Any

import pytest

from homeroom.accounts.account import LinkEnd
from homeroom.accounts.store.links import LinkStore
from homeroom.roster.activation.service.conflicts import Conflicts
from homeroom.roster.activation.store import FactStore
from homeroom.roster.store.aliases import AliasStore
from homeroom.runtime import aws
from homeroom.runtime.transact import transact
from tests.support.rostered import NOW, Rostered

MANY = 40


@pytest.fixture
def aliases(roster: Rostered) -> AliasStore:
    """Students who each have an address beside the district's, which nobody else has."""
    store = AliasStore("districts")
    for number in range(MANY):
        person = f"s{number:02}"
        roster.person(person)
        transact(aws.dynamodb(), store.add("d1", person, f"{person}@home.example", person, NOW))
    return store


def test_aliases_that_nobody_else_claims_cost_no_look_at_their_records_a_05(
    facts: FactStore, links: LinkStore, aliases: AliasStore, roster: Rostered, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked, records = set[LinkEnd](), facts.records

    def counted(ends: Any) -> Any:
        some = list(ends)
        looked.update(some)
        return records(some)

    monkeypatch.setattr(facts, "records", counted)
    roster.person("late", address="s07@home.example")
    found = [one.id for one in Conflicts(facts, aliases).findings("d1")]
    assert found == ["late", "s07"]
    assert looked == {LinkEnd("d1", "late"), LinkEnd("d1", "s07")}


def test_claims_of_aliases_are_looked_up_side_by_side_a_05(
    facts: FactStore, aliases: AliasStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One after the other, those of a large district would take longer than anybody waits for its findings."""
    together, claims = threading.Barrier(2, timeout=10), facts.claims

    def met(addresses: Any, district: str = "") -> Any:
        together.wait()
        return claims(addresses, district)

    monkeypatch.setattr(facts, "claims", met)
    assert list(Conflicts(facts, aliases).findings("d1")) == []
