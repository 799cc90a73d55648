"""docs/classes.md names every refusal of accounts, classes and activation, with its status (X-02)."""

import importlib
import pkgutil
import re
from pathlib import Path

import functions.accounts.routes
import functions.classes.routes
import homeroom.accounts
import homeroom.classes
import homeroom.roster.activation
from homeroom.runtime.errors import HomeroomError

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "classes.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (4\d\d) \| `(\w+)` \| (.+?) \|", PAGE, re.MULTILINE)
PACKAGES = (
    homeroom.accounts, homeroom.classes, homeroom.roster.activation,
    functions.accounts.routes, functions.classes.routes,
)  # fmt: skip
# Of commands alone, which no route answers with.
OF_COMMANDS = {"grant_changed"}


def _refusals():
    for package in PACKAGES:
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for one in vars(importlib.import_module(found.name)).values():
                if isinstance(one, type) and issubclass(one, HomeroomError) and one.__module__ == found.name:
                    yield one


REFUSALS = list(_refusals())


def test_x02_each_refusal_has_its_row_with_its_status():
    wanted = {(str(one.status), one.code) for one in REFUSALS if one.code not in OF_COMMANDS}
    assert {(status, code) for status, code, _ in ROWS} == wanted
    assert len(ROWS) == len(wanted)


def test_x02_one_code_is_one_status_wherever_it_comes_from():
    statuses = {}
    for one in REFUSALS:
        statuses.setdefault(one.code, set()).add(one.status)
    assert {code: found for code, found in statuses.items() if len(found) > 1} == {}
