"""The vector that a test is about."""

import pytest

from tests.support.vectors import given_vectors


@pytest.fixture
def vector(request):
    return given_vectors()[request.param]
