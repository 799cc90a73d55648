"""Whoever watches Clever for us, played: signs notices and sends them (`python -m sandbox.relay --district <id>`).

Clever itself calls nobody. This is the other side of the contract in docs/runbook/webhook.md, written from the text of
Standard Webhooks v1 and not from our own code, so that each proves the other.
"""

import argparse
import base64
import hashlib
import hmac
import json
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3

STACK = Path(__file__).resolve().parents[1] / ".local" / "stack.json"
PATH = "/webhooks/clever"
TRIES = 5
FIRST_WAIT_SECONDS = 0.5
AGAIN = frozenset({429, 500, 502, 503, 504})


def signed(secret: str, body: bytes, *, message: str, moment: int) -> dict[str, str]:
    """The headers of a notice: `secret` is `whsec_<base64>`, `message` its id, `moment` Unix seconds."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.digest(key, message.encode() + b"." + str(moment).encode() + b"." + body, hashlib.sha256)
    return {
        "webhook-id": message,
        "webhook-timestamp": str(moment),
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
        "content-type": "application/json",
    }


def notice(district: str, kind: str = "roster.changed") -> bytes:
    """The body of a notice."""
    return json.dumps({"type": kind, "district": district}).encode()


def send(url: str, secret: str, district: str, message: str = "") -> int:
    """Send a notice until it is taken or refused for good; the last status. Each try is signed anew, under one id."""
    message, body, status = message or f"msg_{uuid.uuid4().hex}", notice(district), 0
    for attempt in range(TRIES):
        status = post(url, body, signed(secret, body, message=message, moment=int(time.time())))
        if status not in AGAIN:
            return status
        time.sleep(FIRST_WAIT_SECONDS * 2**attempt)
    return status


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """One request; its status."""
    request = urllib.request.Request(url + PATH, data=body, headers=dict(headers), method="POST")  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310  the caller's own URL
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def local(names: Mapping[str, Any]) -> tuple[str, str]:
    """URL and first secret of a local stack, by its description."""
    client = boto3.client(
        "secretsmanager", endpoint_url=names["aws_endpoint"], region_name=names["region"],
        aws_access_key_id="local", aws_secret_access_key="local",  # noqa: S106  the emulator's
    )  # fmt: skip
    kept = json.loads(client.get_secret_value(SecretId=names["webhook_secret_id"])["SecretString"])
    return names["api_url"], kept["secrets"][0]


def main(words: list[str]) -> int:
    """Send what the command line says. Returns 0 when every notice was taken."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.relay", description=__doc__)
    parser.add_argument("--district", required=True, help="a Clever district id")
    parser.add_argument("--url", help="of the API, stage included (default: the local stack's)")
    parser.add_argument("--secret", help="whsec_<base64> (default: the local stack's)")
    parser.add_argument("--id", default="", help="of the message; the same again does nothing (default: a new one)")
    parser.add_argument("--count", type=int, default=1, help="how many, each under an id of its own")
    given = parser.parse_args(words)
    url, secret = given.url, given.secret
    if not (url and secret):
        here = local(json.loads(STACK.read_text("utf-8")))
        url, secret = url or here[0], secret or here[1]
    statuses = [send(url, secret, given.district, given.id) for _ in range(given.count)]
    print(*statuses)
    return 0 if set(statuses) <= {202} else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
