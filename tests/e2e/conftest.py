"""The deployed local stack with the sandbox's demo district live on it. Skipped, saying so, when none is up."""

import os
from collections.abc import Iterator

import pytest

from homeroom.roster import wiring
from homeroom.runtime import aws
from homeroom.runtime.settings import settings
from sandbox.rig.api import Api, signed_in
from sandbox.rig.stack import Stack

DISTRICT = "5f0000000001000000000000"


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """The stack that is up; the environment that leads to it is taken back, so that no later test works on it."""
    before = dict(os.environ)
    found = Stack.found()
    if found is None:
        pytest.skip("no local stack is up: `make up` starts one")
    if DISTRICT not in {token.district for token in wiring.tokens().all()}:
        pytest.skip("the stack reads from another Clever than the sandbox")
    yield found
    os.environ.clear()
    os.environ.update(before)
    settings.cache_clear()
    aws.forget_clients()


@pytest.fixture(scope="module")
def district(stack: Stack) -> Iterator[str]:
    """The sandbox's district as it starts, live and never synced."""
    stack.control({"reset": True})
    stack.wipe(DISTRICT)
    stack.live_district(DISTRICT, email_domains=["harbor.example"])
    yield DISTRICT
    stack.control({"reset": True})


@pytest.fixture(scope="module")
def api(stack: Stack, district: str) -> Api:
    """The REST API, as the district's first admin."""
    return signed_in(stack, "admin@harbor.example", district)
