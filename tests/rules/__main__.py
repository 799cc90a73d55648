"""`make rules`: how many rules a test that passed just now names, and which ones none does."""

import json
import re
import sys
from pathlib import Path

from tests.rules.recorder import RECORD

SHARED = Path("../shared/RULES.md")
LIST = Path("docs/rules.txt")


def known_rules() -> list[str]:
    """Every rule's id: from the rules themselves where they lie beside the checkout, else from the committed list."""
    source = SHARED if SHARED.is_file() else LIST
    rows = re.findall(r"^\|?\s*([A-Z]-\d{2})\b", source.read_text("utf-8"), re.MULTILINE)
    return sorted(set(rows))


def main() -> int:
    """Prints the count and the rest. Exit code 1 when no test has recorded anything."""
    if not RECORD.is_file():
        print("No test run has been recorded.")
        return 1
    tests = json.loads(RECORD.read_text("utf-8"))
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
    sys.exit(main())
