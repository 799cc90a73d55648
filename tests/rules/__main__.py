"""`make rules`: how many rules a test that passed just now names, and which ones none does.

`python -m tests.rules --closing local stack`: what the run came to whose parts are these, and others if there were any,
as pytest says it of one; ends 1 unless all is well.
"""

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from tests.rules.recorder import OUTCOMES, RECORDS

SHARED = Path("../shared/RULES.md")
LIST = Path("docs/rules.txt")
CUT_OFF = '{"outcomes": {"error": 1}, "seconds": 0, "exit": 1, "passed": {}}'

Record = dict[str, Any]


def known_rules() -> list[str]:
    """Every rule's id: from the rules themselves where they lie beside the checkout, else from the committed list."""
    source = SHARED if SHARED.is_file() else LIST
    rows = re.findall(r"^\|?\s*([A-Z]-\d{2})\b", source.read_text("utf-8"), re.MULTILINE)
    return sorted(set(rows))


def records() -> dict[str, Record]:
    """What each part of the latest run came to, by the part's name; one that left nothing was cut off: an error."""
    return {file.stem: json.loads(file.read_text("utf-8") or CUT_OFF) for file in sorted(RECORDS.glob("*.json"))}


def closing(found: dict[str, Record]) -> tuple[str, bool]:
    """The parts' outcomes and seconds added up, and whether all went well."""
    counted = sum((Counter(one["outcomes"]) for one in found.values()), Counter[str]())
    told = ", ".join(f"{counted[name]} {name}" for name in OUTCOMES if counted[name])
    seconds = sum(one["seconds"] for one in found.values())
    well = bool(counted) and all(one["exit"] == 0 for one in found.values())
    return f"{told or 'no tests ran'} in {seconds:.2f}s", well


def main(arguments: list[str]) -> int:
    """Prints the count and the rest. Exit code 1 when no test has recorded anything."""
    if arguments[:1] == ["--closing"]:
        told, well = closing(dict.fromkeys(arguments[1:], json.loads(CUT_OFF)) | records())
        print(told)
        return 0 if well else 1
    if not records():
        print("No test run has been recorded.")
        return 1
    tests = {node: rules for record in records().values() for node, rules in record["passed"].items()}
    proven = {rule for rules in tests.values() for rule in rules}
    known = known_rules()
    open_ = [rule for rule in known if rule not in proven]
    print(f"{len(known) - len(open_)} of {len(known)} rules are named by a test that passed ({len(tests)} tests).")
    print(f"Not yet: {', '.join(open_) or 'none'}")
    strangers = sorted(proven - set(known))
    if strangers:
        print(f"Named, but no rule: {', '.join(strangers)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
