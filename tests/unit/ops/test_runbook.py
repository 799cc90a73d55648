"""The operators' runbook knows every setting and every command (D-02, D-06)."""

from pathlib import Path

from homeroom.roster.settings import DistrictSettings
from ops.cli import parser
from ops.commands.districts import flat

RUNBOOK = (Path(__file__).resolve().parents[3] / "docs" / "runbook" / "operators.md").read_text(encoding="utf-8")


def test_every_setting_is_explained():
    """D-02"""
    assert [name for name in flat(DistrictSettings().as_json()) if f"`{name}`" not in RUNBOOK] == []


def test_every_command_is_shown():
    """D-06"""
    commands = next(action.choices for action in parser()._actions if action.metavar == "command")
    assert [name for name in commands if f"ops {name}" not in RUNBOOK] == []
