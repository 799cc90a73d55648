"""An unchanged build is skipped, a changed one never."""

import pytest

from sandbox.stack.inputs import fingerprint


@pytest.fixture
def project(tmp_path):
    (tmp_path / "template.yaml").write_text("a: 1")
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions" / "app.py").write_text("x = 1")
    return tmp_path


def test_the_same_files_have_the_same_fingerprint(project):
    assert fingerprint(project, {}) == fingerprint(project, {})


@pytest.mark.parametrize("change", ["content", "name", "new", "setting"])
def test_every_change_shows(project, change):
    before = fingerprint(project, {"LAYER_RUNTIME": "python3.11"})
    source, settings = project / "functions" / "app.py", {"LAYER_RUNTIME": "python3.11"}
    if change == "content":
        source.write_text("x = 2")
    elif change == "name":
        source.rename(source.with_name("other.py"))
    elif change == "new":
        (project / "layers").mkdir()
        (project / "layers" / "Makefile").write_text("all:")
    else:
        settings = {"LAYER_RUNTIME": "python3.12"}
    assert fingerprint(project, settings) != before


def test_caches_do_not_count(project):
    before = fingerprint(project, {})
    (project / "functions" / "__pycache__").mkdir()
    (project / "functions" / "__pycache__" / "app.cpython-311.pyc").write_bytes(b"1")
    assert fingerprint(project, {}) == before
