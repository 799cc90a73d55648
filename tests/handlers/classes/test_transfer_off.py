"""Handing over classes where the settings do not permit it (B-02, C-05)."""

import pytest

from tests.support.invited import CLASS, OWNER, klass, queued
from tests.support.people import Person
from tests.support.served import served

RITA = Person.named("rita")
PATH = f"/classes/{CLASS}"


@pytest.mark.parametrize("path", [f"{PATH}/transfer", "/transfers/abc/accept"])
def test_b02_off_it_points_to_a_new_class_and_a_goal(path):
    with served() as api:
        klass()
        found = api.call("POST", path, {"address": RITA.address}, as_=OWNER)
        assert (found.status, found.code) == (403, "transfer_not_available")
        assert "Course Mastery Goal" in found.body["detail"]
        assert api.call("POST", f"{PATH}/transfer", {"address": RITA.address}, as_=RITA).status == 404
        assert not queued(api)


def test_b02_c05_where_classes_have_one_teacher_nobody_stays():
    with served(ClassTransfer="on") as api:
        klass()
        body = {"address": RITA.address, "stay_as_co_teacher": True}
        found = api.call("POST", f"{PATH}/transfer", body, as_=OWNER)
        assert (found.status, found.code) == (403, "co_teaching_not_available")
        found = api.call("POST", f"{PATH}/transfer", {"address": RITA.address}, as_=OWNER)
        assert (found.status, found.body["stay_as_co_teacher"]) == (201, False)
