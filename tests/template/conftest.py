from typing import Any

import pytest

from tests.support.expand import expand
from tests.support.template import load, state_machine


@pytest.fixture(scope="session")
def source() -> dict[str, Any]:
    """template.yaml as it is written."""
    return load()


@pytest.fixture(scope="session")
def expanded(source) -> dict[str, Any]:
    """The resources as CloudFormation gets them."""
    return expand(source)["Resources"]


@pytest.fixture(scope="session")
def machine() -> dict[str, Any]:
    """The state machine after its substitutions."""
    return state_machine()


@pytest.fixture(scope="session")
def of_type(expanded):
    """Properties by logical id of all expanded resources of a type."""

    def found(kind: str) -> dict[str, Any]:
        return {name: resource["Properties"] for name, resource in expanded.items() if resource["Type"] == kind}

    return found
