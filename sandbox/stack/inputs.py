"""Fingerprints of what goes into a build, so that an unchanged one is not made again."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

BUILT_FROM = ("template.yaml", "samconfig.toml", "functions", "layers", "statemachines")
_LEFT_OUT = {"__pycache__", ".mypy_cache", ".ruff_cache"}


def fingerprint(root: Path, environment: Mapping[str, str]) -> str:
    """A hash over the paths and bytes of all that is built, and the settings that it is built with."""
    digest = hashlib.sha256()
    for path in _files(root):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root)}\0{len(content)}\0".encode())
        digest.update(content)
    for key, value in sorted(environment.items()):
        digest.update(f"{key}={value}\0".encode())
    return digest.hexdigest()


def _files(root: Path) -> Iterable[Path]:
    for name in BUILT_FROM:
        start = root / name
        found = sorted(start.rglob("*")) if start.is_dir() else [start]
        yield from (path for path in found if path.is_file() and not _LEFT_OUT.intersection(path.parts))
