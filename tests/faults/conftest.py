from collections.abc import Iterator

import pytest

from tests.support.machine import Stage, staged


@pytest.fixture
def stage() -> Iterator[Stage]:
    """A live district that was never synced, on moto."""
    with staged() as made:
        made.register()
        yield made
