"""A pytest plugin that writes down what a run came to: how many tests ended how, and which rules the passed ones name,
by name or docstring. A skip does not count.

Tests that are run in several parts give each a name by `--part`; `python -m tests.rules` reads them together.
"""

import json
import re
import time
from pathlib import Path

import pytest

RECORDS = Path(".local/recorded")
# In the order in which pytest tells of them.
OUTCOMES = ("failed", "passed", "skipped", "xfailed", "xpassed", "error")
_IN_TEXT = re.compile(r"\b([A-Z])-(\d{2})\b")
_IN_NAME = re.compile(r"(?:^|_)([a-z])_?(\d{2})(?=_|\[|$)")


def named_rules(name: str, *docstrings: str | None) -> set[str]:
    """The ids in a test's name (`test_s_07_...`, `test_s07_...`) and in its and its class's docstrings (`S-07`)."""
    found = {f"{letter.upper()}-{number}" for letter, number in _IN_NAME.findall(name)}
    for text in docstrings:
        found |= {f"{letter}-{number}" for letter, number in _IN_TEXT.findall(text or "")}
    return found


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Puts the rules on the report, so that they travel from xdist's workers too."""
    outcome = yield
    function, owner = getattr(item, "function", None), getattr(item, "cls", None)
    rules = named_rules(item.name, getattr(function, "__doc__", None), getattr(owner, "__doc__", None))
    outcome.get_result().user_properties.append(("rules", sorted(rules)))


class Recorder:
    """Collects a run's reports, of all its workers."""

    def __init__(self, part: str):
        self.record, self.began = RECORDS / f"{part}.json", time.monotonic()
        self.passed: dict[str, set[str]] = {}
        self.spoilt: set[str] = set()

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.spoilt.add(report.nodeid)
        elif report.when == "call" and report.passed:
            self.passed[report.nodeid] = {
                rule for key, rules in report.user_properties if key == "rules" for rule in rules
            }

    def pytest_terminal_summary(self, terminalreporter, exitstatus):
        """Written here, since the reporter alone knows what the closing line counts."""
        told = terminalreporter.stats
        outcomes = {name: len(told[name]) for name in OUTCOMES if told.get(name)}
        good = {node: sorted(rules) for node, rules in self.passed.items() if rules and node not in self.spoilt}
        seconds = time.monotonic() - self.began
        whole = {"outcomes": outcomes, "seconds": seconds, "exit": int(exitstatus), "passed": good}
        self.record.parent.mkdir(parents=True, exist_ok=True)
        self.record.write_text(json.dumps(whole, indent=1, sort_keys=True), "utf-8")


def pytest_addoption(parser):
    """The part's name."""
    parser.addoption("--part", default="all", help="what this run's record is called")


def pytest_configure(config):
    """Registers the collector, where the reports come together."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(config.getoption("--part")), "passed-rules")
