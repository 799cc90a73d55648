"""Reads template.yaml and the state machine as plain data, without an AWS library."""

import json
import pickle
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "template.yaml"
STATE_MACHINE = ROOT / "statemachines" / "roster_sync.asl.json"
HOLD_MACHINE = ROOT / "statemachines" / "roster_hold.asl.json"
SHORT = {"Ref", "Condition"}


class DuplicateKey(ValueError):
    """A mapping names one key twice; YAML's usual loaders keep the last and say nothing."""


# libyaml's, where PyYAML was built with it, takes a tenth of the time.
class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # PyYAML comes without types
    """YAML with CloudFormation's short forms, refusing duplicate keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        """A mapping whose keys are all different. Raises DuplicateKey."""
        keys = [self.construct_object(key) for key, _ in node.value]
        if twice := {key for key in keys if keys.count(key) > 1}:
            raise DuplicateKey(f"{sorted(map(str, twice))} stand twice at line {node.start_mark.line + 1}")
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return mapping


def _intrinsic(loader: Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True) if isinstance(node, yaml.MappingNode) else None
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in SHORT else f"Fn::{suffix}": value}


Loader.add_multi_constructor("!", _intrinsic)


def load(path: Path = TEMPLATE) -> dict[str, Any]:
    """The template, intrinsic functions in their long form. Raises DuplicateKey."""
    whole: dict[str, Any] = pickle.loads(_parsed(path.read_text(encoding="utf-8")))  # noqa: S301  our own
    return whole


@lru_cache(maxsize=4)
def _parsed(text: str) -> bytes:
    # Whoever asks may change what they are given; to parse it again takes longer than most tests.
    return pickle.dumps(parse(text))


def parse(text: str) -> dict[str, Any]:
    """The same from text."""
    whole: dict[str, Any] = yaml.load(text, Loader)  # noqa: S506  a SafeLoader underneath
    return whole


def state_machine(path: Path = STATE_MACHINE, **substitutions: str) -> dict[str, Any]:
    """A state machine after its substitutions; those not given become their own names, and numbers 1."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r'"\$\{(\w+)\}"', lambda match: json.dumps(substitutions.get(match[1], match[1])), text)
    text = re.sub(r"\$\{(\w+)\}", lambda match: substitutions.get(match[1], "1"), text)
    machine: dict[str, Any] = json.loads(text)
    return machine
