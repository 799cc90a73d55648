"""What holds for every test."""

from collections.abc import Iterator

import pytest

from homeroom.runtime.telemetry import metrics
from tests.support import quicker

quicker.moto()


@pytest.fixture(autouse=True)
def _no_metrics_left() -> Iterator[None]:
    """Powertools keeps metrics for the whole process: what a test did not send is not the next one's."""
    yield
    metrics().provider.clear_metrics()
