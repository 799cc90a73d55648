"""The runner's memory outlives its own crashes."""

from sandbox.stack import state


def test_no_file_is_an_empty_memory(tmp_path):
    assert state.read(tmp_path / "none.json") == {}


def test_a_file_cut_off_half_way_is_an_empty_memory(tmp_path):
    path = tmp_path / "state.json"
    path.write_text('{"emulator": {"pi')
    assert state.read(path) == {}


def test_update_keeps_the_rest_and_none_removes(tmp_path):
    path = tmp_path / "state.json"
    state.update(path, built="a", deployed="b")
    state.update(path, built=None, saved=True)
    assert state.read(path) == {"deployed": "b", "saved": True}
