"""Classes and coaches on the deployed stack: who activates, joins and is invited, over HTTP and by mail.

The chapters are the demo's, each of whose results is checked as it is told.
"""

import pytest

from sandbox.demo.coaches import Coaches
from sandbox.demo.places import co_taught
from sandbox.rig.stack import Stack

pytestmark = [pytest.mark.e2e, pytest.mark.local_stack]


def test_j01_the_chapters_of_classes_and_coaches(stack: Stack, district: str) -> None:
    """A-04, A-06, C-02, C-03, C-04, I-01, I-02, I-03, J-01, J-05, J-09, S-16: from the first sign-in to the coaches."""
    assert stack.execute(district)[1].state == "succeeded"
    Coaches(stack, co_taught(stack, district)).tell()
