"""Vectors of what other systems were seen to do, where they lie beside the repository."""

import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT.parent / "shared" / "vectors" / "behaviour.json"
AREAS = frozenset({"guard", "delta", "correlate", "restore", "move", "stickiness", "coteacher", "invite", "code"})


def applied(*ids: str) -> pytest.MarkDecorator:
    """A test of those vectors, each of which it gets as `vector`."""
    return pytest.mark.parametrize("vector", ids, indirect=True)


def given_vectors() -> dict[str, Any]:
    """The vectors of our areas by id; the test is skipped where there are none."""
    if not FILE.is_file():
        pytest.skip(f"no vectors at {FILE}")
    return {vector["id"]: vector for vector in json.loads(FILE.read_text("utf-8")) if vector["area"] in AREAS}
