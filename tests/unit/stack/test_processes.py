"""The runner ends what it started and nothing else."""

import os
import sys
from dataclasses import replace

import pytest

from sandbox.stack import processes

SLEEPER = "import time; print('here', flush=True); time.sleep(60)"


@pytest.fixture
def sleeper(tmp_path):
    process = processes.start(
        [sys.executable, "-c", SLEEPER], port=1, environment=os.environ, folder=tmp_path, log=tmp_path / "log"
    )
    yield process
    processes.stop(process)


def test_a_started_program_is_found_again_from_its_record(sleeper):
    assert processes.remembered(sleeper.record()) == sleeper


def test_nothing_is_remembered_without_a_record():
    assert processes.remembered(None) is None


def test_a_process_id_that_somebody_else_has_now_is_not_ours(sleeper):
    reused = replace(sleeper, started=sleeper.started - 1000)
    assert processes.remembered(reused.record()) is None
    assert processes.stop(reused) is False
    assert processes.alive(sleeper)


def test_stop_ends_it_and_may_be_repeated(sleeper):
    assert processes.stop(sleeper) is True
    assert not processes.alive(sleeper)
    assert processes.stop(sleeper) is False


def test_what_a_program_says_is_in_its_log(sleeper, tmp_path):
    while not (tmp_path / "log").read_text():
        assert processes.alive(sleeper)
    assert "here" in (tmp_path / "log").read_text()
