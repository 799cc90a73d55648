"""docs/runbook/mails.md names every kind of mail, and every word for why one is dropped (D-04, I-06)."""

import re
from pathlib import Path
from typing import get_args

from homeroom.classes.model import InvitationState
from homeroom.roster.mailing import WRITERS

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "runbook" / "mails.md").read_text(encoding="utf-8")
CODE = "\n".join(path.read_text("utf-8") for path in (ROOT / "layers/common/homeroom").rglob("*.py"))


def test_i06_every_kind_of_mail_is_explained():
    assert [kind for kind in WRITERS if not re.search(rf"^\|.*`{kind}`.*\|", PAGE, re.MULTILINE)] == []


def test_i06_every_word_for_a_dropped_mail_is_explained():
    words = set(re.findall(r'Dropped\("(\w+)"\)', CODE)) | set(get_args(InvitationState)) - {"open"}
    assert len(words) > 12
    assert [word for word in sorted(words) if f"`{word}`" not in PAGE] == []
