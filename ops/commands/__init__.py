"""The commands, by what they are about. Each module adds its own to the parser."""

import argparse
from typing import Protocol


class Commands(Protocol):
    """Where a module adds its commands: what argparse gives for subcommands."""

    def add_parser(self, name: str, *, help: str) -> argparse.ArgumentParser:  # noqa: A002  argparse's own word
        """A parser for one command."""
