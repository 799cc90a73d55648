"""The rate limit of 1,200 requests a minute a token."""

from contextlib import closing

from sandbox.clever.limits import LIMIT, RateLimit
from sandbox.clever.server import running
from sandbox.clever.settings import Settings
from tests.unit.sandbox.conftest import Api


def test_the_1201st_request_of_a_minute_waits_for_the_reset() -> None:
    limit = RateLimit(enforced=True)
    spent = [limit.spend("a", 1000.0 + n / 100) for n in range(LIMIT + 1)]
    assert [row.allowed for row in spent] == [*[True] * LIMIT, False]
    assert spent[-1].headers()["x-ratelimit-remaining"] == "0"
    assert limit.spend("b", 1001.0).allowed
    assert limit.spend("a", float(spent[-1].reset)).allowed


def test_the_headers_and_the_429_arrive_over_http() -> None:
    with running(Settings(port=0)) as sandbox, closing(Api(sandbox)) as api:
        first = api.get("/v3.1/districts")
        assert (first.headers["x-ratelimit-limit"], first.headers["x-ratelimit-remaining"]) == ("1200", "1199")
        for _ in range(LIMIT):
            sandbox.limit.spend(sandbox.worlds[0].token)
        late = api.get("/v3.1/districts")
        assert (late.status, late.headers["x-ratelimit-reset"]) == (429, first.headers["x-ratelimit-reset"])
        assert api.get("/v3.1/districts", **{"x-sandbox-tool": "1"}).status == 200
