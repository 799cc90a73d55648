"""What a sync leaves alone: a class's code, an administrator's access, links (S-16, J-02, B-03, A-04)."""

from copy import deepcopy
from datetime import timedelta

import pytest

from homeroom.accounts.store.links import LinkItem, link_key
from homeroom.classes.ids import ClassId
from homeroom.classes.model import Code
from homeroom.classes.rules.codes import make_code
from homeroom.classes.store.accesses import AccessStore
from homeroom.classes.store.codes import CodeStore
from homeroom.runtime import aws
from homeroom.runtime.audit import Change
from homeroom.runtime.dynamo import bind
from homeroom.runtime.transact import transact
from tests.support import rows
from tests.support.machine import TABLES, FakeSource

KLASS = ClassId("district", rows.DISTRICT, "c00")


@pytest.fixture
def kept(stage):
    """A district as the first night left it, with what teachers, administrators and students added; those items."""
    stage.machine().run(FakeSource(rows.small(40, 20)))
    before = stage.items()
    client, table = aws.dynamodb(), TABLES["ClassesTable"]
    codes = CodeStore(table, client)
    code = Code(make_code(lambda size: bytes(range(size))), KLASS, "active")
    assert not transact(client, [codes.own_action(KLASS, code.code), codes.put_action(code, stage.now)])
    change = Change("row", stage.now, "head", "class.admin_access", f"class:{KLASS.text}", "request:r", None, None)
    assert AccessStore(table, client).admit(KLASS, "head", stage.now + timedelta(days=60), change)
    bind(TABLES["DistrictsTable"], LinkItem)
    LinkItem(*link_key(rows.DISTRICT, "s000"), account="ada").save()
    added = {key: item for key, item in stage.items().items() if key not in before}
    assert len(added) == 5
    return added


def night(stage, changed):
    """The next night, with a roster in which that was changed."""
    stage.wait(days=1)
    found = deepcopy(rows.small(40, 20))
    found["sections"] = changed(found["sections"])
    return stage.machine().run(FakeSource(found))


def renamed(sections):
    return [one.model_copy(update={"name": "Math 1A"}) if one.id == KLASS.own else one for one in sections]


def handed_over(sections):
    return [
        one.model_copy(update={"teacher": "t03", "teachers": ("t03",), "students": ()}) if one.id == KLASS.own else one
        for one in sections
    ]


def gone(sections):
    return [one for one in sections if one.id != KLASS.own]


@pytest.mark.parametrize("changed", [renamed, handed_over, gone])
def test_s16_a_night_leaves_alone_what_it_did_not_write(stage, kept, changed):
    """STICK-04: whatever becomes of the class; and it is there again if the class comes back."""
    run = night(stage, changed)
    assert (run.state, bool(run.changes)) == ("succeeded", True)
    night(stage, lambda sections: sections)
    now = stage.items()
    assert {key: now.get(key) for key in kept} == kept


def test_s16_a_class_is_called_what_the_roster_calls_it(stage, kept):
    """STICK-01: nobody renames it by hand, so that no name of its own stands against the roster's."""
    night(stage, renamed)
    assert stage.items()[TABLES["ClassesTable"], f"C#D#{rows.DISTRICT}#c00", "CLASS"]["name"] == {"S": "Math 1A"}
