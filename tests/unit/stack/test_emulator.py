"""Ports and processes left over from before: a clear sentence, or it just works."""

import json
import socket

import pytest

from sandbox.stack import emulator, environment, ports, state
from sandbox.stack.errors import StackError
from sandbox.stack.paths import Paths


@pytest.fixture
def paths(tmp_path):
    return Paths(tmp_path)


def test_a_port_of_somebody_else_is_named_with_the_way_out(paths):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with pytest.raises(StackError, match=rf"{taken}.*PORT="):
            emulator.ensure(paths, taken)


def test_a_stale_record_counts_as_down(paths):
    state.update(paths.state_file, emulator={"pid": 1, "started": 0.0, "port": 4566})
    assert emulator.running(paths) is None
    assert emulator.stop(paths) is False
    assert "emulator" not in state.read(paths.state_file)


def test_a_port_where_nobody_answers_is_not_healthy():
    assert not emulator.healthy(ports.any_free())


def test_everything_is_bound_to_loopback_and_kept_under_local(paths):
    given = environment.emulator(paths, 4566)
    assert given["BIND_HOST"] == "127.0.0.1"
    for folder in ("STATE_DIR", "S3_DATA_DIR", "TMPDIR"):
        assert given[folder].startswith(str(paths.local))


def test_a_stream_that_is_not_kept_begins_at_its_beginning(paths, monkeypatch):
    """Else mail would stay in the outbox after `make down` and `make up`."""
    kept = paths.folder("emulator/state") / "lambda.json"
    for positions in ({}, {"dynamodb_stream_positions": {"one": 7}}):
        kept.write_text(json.dumps({"__ministack_format__": 1, "payload": {"esms": ["kept"], **positions}}))
        emulator._forget_positions(paths)
        assert json.loads(kept.read_text()) == {"__ministack_format__": 1, "payload": {"esms": ["kept"]}}
    kept.unlink()
    emulator._forget_positions(paths)
    assert not kept.exists()


def test_the_callers_aws_settings_never_reach_the_sam_cli(paths, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real")
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    given = environment.sam(paths, "http://127.0.0.1:4566")
    assert {"AWS_PROFILE", "AWS_SESSION_TOKEN", "PYTHONPATH"}.isdisjoint(given)
    assert given["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert given["AWS_ACCESS_KEY_ID"] == "local"
