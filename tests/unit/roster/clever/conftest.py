import pytest
from pydantic import SecretStr

from homeroom.roster.clever import CleverApi, CleverSource, Credentials, DistrictToken, Timing, TokenList
from tests.unit.roster.clever.scripted import OURS, TOKEN, FakeClock, Scripted


@pytest.fixture
def server():
    with Scripted() as scripted:
        yield scripted


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def timing(clock):
    return Timing(sleep=clock.sleep, now=clock.now, jitter=lambda: 0.5)


@pytest.fixture
def source(server, timing):
    return make_source(server, timing)


@pytest.fixture
def tokens(server, timing):
    api = CleverApi(auth_url=server.url, timeout_seconds=1)
    return TokenList(api, Credentials("client", SecretStr("s3cret-of-ours")), timing)


def make_source(server, timing, **settings):
    api = CleverApi(api_url=server.url, **{"timeout_seconds": 1, "page_size": 100, **settings})
    return CleverSource(api, DistrictToken(OURS, SecretStr(TOKEN), timing.now(), ()), timing)


@pytest.fixture
def source_with(server, timing):
    return lambda **settings: make_source(server, timing, **settings)
