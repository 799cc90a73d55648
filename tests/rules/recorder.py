"""A pytest plugin that writes down which rules the passed tests name, by name or docstring. A skip does not count."""

import json
import re
from pathlib import Path

import pytest

RECORD = Path(".local/passed_rules.json")
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
    """Collects a run's reports."""

    def __init__(self):
        self.passed: dict[str, set[str]] = {}
        self.spoilt: set[str] = set()

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.spoilt.add(report.nodeid)
        elif report.when == "call" and report.passed:
            self.passed[report.nodeid] = {
                rule for key, rules in report.user_properties if key == "rules" for rule in rules
            }

    def pytest_sessionfinish(self, session):
        if hasattr(session.config, "workerinput"):
            return
        good = {node: sorted(rules) for node, rules in self.passed.items() if rules and node not in self.spoilt}
        RECORD.parent.mkdir(exist_ok=True)
        RECORD.write_text(json.dumps(good, indent=1, sort_keys=True), "utf-8")


def pytest_configure(config):
    """Registers the collector."""
    config.pluginmanager.register(Recorder(), "passed-rules")
