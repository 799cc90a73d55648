"""`make rules` reads names and docstrings as people write them, and several parts of a run as one."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rules.__main__ import main
from tests.rules.recorder import RECORDS, named_rules

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("test_s_07_partial_answer_changes_nothing", {"S-07"}),
        ("test_s07_and_x05", {"S-07", "X-05"}),
        ("test_page_of_s_100_items", set()),
        ("test_a_b_c", set()),
        ("test_j_03[case]", {"J-03"}),
    ],
)
def test_rules_in_a_name(name, rules):
    assert named_rules(name) == rules


def test_rules_in_a_docstring():
    assert named_rules("test_it", "Carries out S-04 and A-07.", None) == {"S-04", "A-07"}


def test_an_id_of_another_kind_is_not_a_rule():
    assert named_rules("test_it", "UTF-08 and PS-0412") == set()


TESTS = """
import pytest

@pytest.mark.parametrize("number", range(6))
def test_x_01_it(number):
    pass

def test_x_02_not():
    assert False

def test_skipped_x_03():
    pytest.skip("a reason")
"""


def run(folder, *options):
    command = [sys.executable, "-m", "pytest", "-p", "tests.rules.recorder", "-p", "no:cacheprovider", *options]
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=folder, env=environ, check=False, capture_output=True)
    return json.loads((folder / ".local/recorded/some.json").read_text())


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("-n", "2")])
def test_what_all_workers_came_to_is_recorded(tmp_path, options):
    (tmp_path / "test_it.py").write_text(TESTS)
    found = run(tmp_path, "--part", "some", *options)
    assert found["outcomes"] == {"passed": 6, "failed": 1, "skipped": 1}
    assert found["passed"] == {f"test_it.py::test_x_01_it[{number}]": ["X-01"] for number in range(6)}
    assert found["seconds"] > 0


def test_parts_are_added_up_and_one_that_is_missing_or_was_cut_off_is_an_error(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    RECORDS.mkdir(parents=True)

    def told(*parts):
        code = main(["--closing", *parts])
        return code, capsys.readouterr().out.strip()

    def record(part, exit_=0, **outcomes):
        whole = {"outcomes": outcomes, "seconds": 1.5, "exit": exit_, "passed": {}}
        (RECORDS / f"{part}.json").write_text(json.dumps(whole))

    assert told() == (1, "no tests ran in 0.00s")
    record("one", passed=3, skipped=1)
    assert told("one") == (0, "3 passed, 1 skipped in 1.50s")
    assert told("one", "two") == (1, "3 passed, 1 skipped, 1 error in 1.50s")
    record("two", passed=4)
    assert told("one", "two") == (0, "7 passed, 1 skipped in 3.00s")
    record("two", 1, passed=4, failed=2)
    assert told("one") == (1, "2 failed, 7 passed, 1 skipped in 3.00s")
    (RECORDS / "two.json").write_text("")
    assert told("one") == (1, "3 passed, 1 skipped, 1 error in 1.50s")


def test_ci_finds_the_closing_line():
    pattern = re.search(r"grep -E '([^']+)'", (ROOT / ".ci/run").read_text())[1]
    for line in ("3 passed in 1.50s", "2 failed, 7 passed in 3.00s", "1 error in 0.00s", "no tests ran in 0.00s"):
        assert re.search(pattern, line)
