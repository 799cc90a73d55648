"""What an earlier stack has left is gone on with, or begun afresh, and it is said why."""

from types import SimpleNamespace

import pytest

from sandbox.stack import emulator, state
from sandbox.stack.runner import unusable


@pytest.fixture
def paths(tmp_path):
    return SimpleNamespace(state_file=tmp_path / "runner.json")


def account(*, broken=False, deployed=True):
    return SimpleNamespace(broken=lambda: broken, deployed=lambda: deployed)


def test_the_same_port_again_is_gone_on_with(paths):
    state.update(paths.state_file, endpoint=emulator.endpoint(4566))
    assert unusable(paths, account(), 4566) == ""


def test_queues_of_another_port_would_never_be_read(paths):
    state.update(paths.state_file, endpoint=emulator.endpoint(4630))
    assert unusable(paths, account(), 4566) == f"was at {emulator.endpoint(4630)}"
    assert unusable(paths, account(deployed=False), 4566) == ""


def test_one_that_cannot_be_updated_and_one_that_says_nothing(paths):
    assert unusable(paths, account(broken=True), 4566) == "cannot be updated"
    assert unusable(paths, account(), 4566) == ""
