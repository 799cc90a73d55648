"""Change with care on the deployed stack: news at noon, a bad file rejected, a departure approved and undone.

The chapters are the demo's, each of whose results is checked as it is told.
"""

import pytest

from sandbox.demo.care import Care
from sandbox.demo.places import somebody_in_two_places
from sandbox.rig.api import Api
from sandbox.rig.stack import Stack

pytestmark = [pytest.mark.e2e, pytest.mark.local_stack]


def test_s10_the_chapters_of_change_with_care(stack: Stack, district: str, api: Api) -> None:
    """W-01, S-08, S-09, S-10, S-13, S-14, S-19: from the signed notice to the undo, over HTTP."""
    assert stack.execute(district)[1].state == "succeeded"
    before = stack.roster()
    Care(stack, api, district).tell(somebody_in_two_places(stack, district))
    assert stack.roster().keys() >= before.keys()
