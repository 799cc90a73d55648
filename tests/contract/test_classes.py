"""Classes as they are stored: each change one transaction, and nothing of it where somebody was faster (C-06, B-02)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from homeroom.accounts.account import Teaching
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.classes.ids import ClassId
from homeroom.classes.model import ClassView, Code, Known
from homeroom.classes.store import ClassItem
from homeroom.classes.store.accesses import AccessStore
from homeroom.classes.store.classes import ClassStore, Tables
from homeroom.classes.store.codes import CodeStore
from homeroom.classes.store.independent import pk_of
from homeroom.classes.store.transfers import TransferStore, class_of, transfer_id
from homeroom.classes.transfers import Transfer
from homeroom.runtime.audit import Change
from homeroom.runtime.together import read_together

NOW = datetime(2026, 9, 15, 15, 0, tzinfo=UTC)
ID = ClassId("independent", "maya", "algebra")
CODE = Code("ABCDEFGH", ID, "active", known=Known("maya", "Algebra"))
VIEW = ClassView(ID, "Algebra", "active", NOW, owner="maya", code=CODE.code)
FREE = Teaching(classes=100, places=1000)
TRANSFER = Transfer(
    id=transfer_id(ID, "one"), klass=ID, to="rita@people.example", by="maya", stay=False, state="offered",
    offered=NOW, expires=NOW + timedelta(days=14),
)  # fmt: skip


class World:
    def __init__(self, make_table):
        self.tables, client = Tables(make_table("ClassesTable"), make_table("UsersTable")), boto3.client("dynamodb")
        self.client, self._rows = client, 0
        self.classes, self.transfers = ClassStore(self.tables, client), TransferStore(self.tables, client)
        self.accesses, self.codes = AccessStore(self.tables.classes, client), CodeStore(self.tables.classes, client)
        self.accounts = ProfileStore(self.tables.users, client)

    def change(self):
        self._rows += 1
        return Change(f"row-{self._rows}", NOW, "maya", "class.test", "class:x", "request:r", None, None)

    def create(self, view=VIEW, code=CODE, most=100):
        return self.classes.create(view, code, NOW, most, self.change())

    def accept(self, seen, transfer=TRANSFER, most=FREE, *, teaches=False):
        return self.transfers.accept(transfer, seen, "rita", most, self.change(), teaches=teaches)

    def rows(self):
        found = self.client.query(
            TableName=self.tables.classes, KeyConditionExpression="pk = :pk AND begins_with(sk, :audit)",
            ExpressionAttributeValues={":pk": {"S": pk_of(ID)}, ":audit": {"S": "AUDIT#"}},
        )  # fmt: skip
        return found["Count"]


@pytest.fixture
def world(make_table):
    return World(make_table)


def test_c01_a_class_is_made_with_its_code_and_counted(world):
    assert world.create() is None
    assert world.classes.get(ID) == VIEW
    assert world.codes.many([CODE.code]) == {CODE.code: CODE}
    assert world.accounts.teaching("maya") == Teaching(classes=1)
    assert world.classes.get(ID._replace(own="other")) is None


def test_x03_what_is_there_already_is_not_made_again(world):
    world.create()
    other = replace(VIEW, id=ID._replace(own="other"))
    assert world.create(code=replace(CODE, code="HGFEDCBA")) == "exists"
    assert world.create(other, replace(CODE, klass=other.id)) == "code_taken"
    assert world.create(other, replace(CODE, code="HGFEDCBA", klass=other.id), most=1) == "no_room"
    assert world.create(other, replace(CODE, code="HGFEDCBA", klass=other.id), most=0) == "no_room"
    assert world.accounts.teaching("maya") == Teaching(classes=1)
    assert world.rows() == 1


def test_c06_room_below_nothing_lets_nobody_make_a_first_class(world):
    assert world.create(most=0) == "no_room"
    assert world.create(most=-5) == "no_room"
    assert world.create(most=1) is None


def test_c09_it_is_archived_and_restored_as_it_was_seen_or_not_at_all(world):
    world.create()
    for stale in (replace(VIEW, owner="rita"), replace(VIEW, students=1), replace(VIEW, state="archived")):
        assert world.classes.archive(stale, NOW, world.change()) == "changed"
    assert world.classes.archive(VIEW, NOW, world.change()) is None
    assert world.accounts.teaching("maya") == Teaching()
    assert world.classes.archive(VIEW, NOW, world.change()) == "changed"
    assert not world.classes.rename(ID, "Geometry")
    archived = replace(VIEW, state="archived")
    assert world.classes.restore(archived, NOW, Teaching(0, 1000), world.change()) == "no_room"
    assert world.classes.restore(archived, NOW, FREE, world.change()) is None
    assert world.classes.rename(ID, "Geometry")
    assert world.classes.get(ID) == replace(VIEW, name="Geometry")
    assert not world.classes.rename(ID._replace(own="other"), "Geometry")


def test_b02_an_offer_is_one_for_each_class_and_the_last_one(world):
    world.create()
    assert world.transfers.look(ID) == (None, VIEW)
    assert world.transfers.offer(TRANSFER, change=world.change())
    second = replace(TRANSFER, id=transfer_id(ID, "two"), to="other@people.example")
    assert world.transfers.offer(second, change=world.change())
    assert world.transfers.look(ID) == (second, VIEW)
    found = read_together(world.client, [world.transfers.want(ID)])
    assert world.transfers.of(found, ID) == second
    assert not world.transfers.offer(replace(TRANSFER, by="rita"), change=world.change())
    assert world.accept(VIEW) == "changed"  # of the first offer


def test_b02_handed_over_it_counts_with_the_new_owner(world):
    world.create()
    world.transfers.offer(replace(TRANSFER, stay=True), change=world.change())
    assert world.accept(VIEW, replace(TRANSFER, stay=True)) is None
    offer, view = world.transfers.look(ID)
    assert (offer.state, offer.account) == ("accepted", "rita")
    assert view == replace(VIEW, owner="rita", co_teachers=1)
    assert (world.accounts.teaching("maya"), world.accounts.teaching("rita")) == (Teaching(), Teaching(1, 0))
    assert world.transfers.teaches(ID, "rita")
    assert world.transfers.teaches(ID, "maya")
    assert world.classes.archive(VIEW, NOW, world.change()) == "changed"  # B-02: the old owner was too late


def test_b02_archived_or_changed_since_it_was_seen_it_stays_where_it_is(world):
    world.create()
    world.transfers.offer(TRANSFER, change=world.change())
    assert world.accept(replace(VIEW, students=3)) == "changed"
    assert world.accept(replace(VIEW, co_teachers=3)) == "changed"
    assert world.accept(VIEW, teaches=True) == "changed"
    assert world.accept(VIEW, most=Teaching(0, 1000)) == "no_room"
    world.classes.archive(VIEW, NOW, world.change())
    assert world.accept(VIEW) == "changed"
    assert world.classes.get(ID) == replace(VIEW, state="archived")
    assert world.accounts.teaching("rita") == Teaching()


@pytest.mark.parametrize("text", ["", "x", "dV9hX2I", "é", "d" * 5000, transfer_id(ID, "a\nb")])
def test_x02_what_is_no_offers_id_is_of_no_class(text):
    assert class_of(text) is None
    assert class_of(TRANSFER.id) == ID


def test_b03_access_is_written_with_its_row_replaced_and_taken(world):
    klass = ClassId("district", "d1", "k1")
    until = NOW + timedelta(days=7)
    assert not world.accesses.admit(klass, "head", until, world.change())
    ClassItem(pk_of(klass), "CLASS", district="d1", section="k1", state="active", run=1).save()
    assert world.accesses.admit(klass, "head", until, world.change())
    assert world.accesses.until(klass, "head", NOW) == until
    assert world.accesses.until(klass, "head", until) is None
    assert world.accesses.until(klass, "other", NOW) is None
    assert world.accesses.admit(klass, "head", until - timedelta(days=1), world.change())
    assert world.accesses.until(klass, "head", NOW) == until - timedelta(days=1)
    assert world.accesses.dismiss(klass, "head", world.change())
    assert not world.accesses.dismiss(klass, "head", world.change())
    assert world.accesses.until(klass, "head", NOW) is None
    ClassItem(pk_of(klass), "CLASS", district="d1", section="k1", state="archived", run=2).save()
    assert not world.accesses.admit(klass, "head", until, world.change())
