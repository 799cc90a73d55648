"""`python -m sandbox.clever` as a person starts it."""

import http.client
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path


def test_port_0_prints_the_port_that_was_chosen() -> None:
    command = [sys.executable, "-m", "sandbox.clever", "--port", "0", "--people", "6000", "--today", "2026-11-18"]
    root = Path(__file__).parents[3]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            token = re.search(r"bearer ([0-9a-f]{40}): .* 6000 users", process.stdout.readline())
            url = process.stdout.readline().split()[-1]
            assert token is not None
            connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
            with closing(connection):
                connection.request("GET", "/v3.1/users?limit=2", headers={"Authorization": f"Bearer {token[1]}"})
                with connection.getresponse() as answer:
                    assert answer.status == 200
        finally:
            process.terminate()
