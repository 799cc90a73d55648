"""Where the local stack keeps its things: all under `.local/`, which git ignores and which may be deleted when down."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class Paths:
    """The project's folder and what lies in its `.local/`. All paths are absolute."""

    root: Path

    @classmethod
    def here(cls) -> "Paths":
        """The checkout that this file belongs to."""
        return cls(Path(__file__).resolve().parents[2])

    @cached_property
    def local(self) -> Path:
        """`.local/`, made when missing."""
        folder = self.root / ".local"
        folder.mkdir(exist_ok=True)
        return folder

    def folder(self, name: str) -> Path:
        """A folder of `.local/`, made when missing."""
        folder = self.local / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def log(self, name: str) -> Path:
        """The log of one program."""
        return self.folder("logs") / f"{name}.log"

    @property
    def stack_file(self) -> Path:
        """What outsiders read to find the stack (DESIGN.md, "Running it")."""
        return self.local / "stack.json"

    @property
    def state_file(self) -> Path:
        """What the runner itself remembers: processes and hashes of what was built and deployed."""
        return self.local / "runner.json"

    def tool(self, environment: str, program: str) -> Path:
        """A program of one of the tools' own virtual environments, which `make` builds."""
        return self.local / f"venv-{environment}" / "bin" / program
