"""What operators do about notices: put back those that were given up, keep the secrets (W-02, W-05)."""

import base64
import json

import boto3
import pytest

from homeroom.roster.webhook import rules
from homeroom.runtime.errors import InvalidInput
from ops import stack
from ops.commands import notices

ONE, TWO = ("whsec_" + base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(notices, "LOOK_SECONDS", 0)


def bodies(queue):
    client, found = boto3.client("sqs"), []
    while messages := client.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        found += [message["Body"] for message in messages]
    return sorted(found)


def kept(resources):
    return boto3.client("secretsmanager").get_secret_value(SecretId=resources["WebhookSecretArn"])["SecretString"]


def test_w05_redrive_puts_every_dead_letter_back(ops, resources):
    """More than one answer of SQS holds."""
    sent = sorted(json.dumps({"district": f"{number:024x}"}) for number in range(23))
    for body in sent:
        boto3.client("sqs").send_message(QueueUrl=resources["NoticesDeadLetters"], MessageBody=body)
    assert ops("redrive") == (0, "23 put back.\n", "")
    assert bodies(resources["NoticesQueue"]) == sent
    assert bodies(resources["NoticesDeadLetters"]) == []
    assert ops("redrive") == (0, "There are none to put back.\n", "")


def test_w05_a_redrive_that_dies_loses_nothing(resources, monkeypatch):
    client = boto3.client("sqs")
    client.send_message(QueueUrl=resources["NoticesDeadLetters"], MessageBody="one")

    def die(**_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(client, "delete_message", die)
        with pytest.raises(KeyboardInterrupt):
            notices.put_back(client, resources["NoticesDeadLetters"], resources["NoticesQueue"])
    assert bodies(resources["NoticesQueue"]) == ["one"]


def test_w02_secrets_take_the_place_of_those_that_were_there(ops, resources):
    assert ops("webhook-secrets", text=f"{ONE}\n{TWO}\n")[0] == 0
    assert rules.keys(kept(resources)) == (bytes([1]) * 32, bytes([2]) * 32)
    assert ops("webhook-secrets", text=TWO)[0] == 0
    assert json.loads(kept(resources)) == {"secrets": [TWO]}


def test_w02_none_closes_the_door(ops, resources):
    ops("webhook-secrets", text=ONE)
    assert ops("webhook-secrets", "--none", text=ONE)[0] == 0
    assert rules.keys(kept(resources)) == ()


@pytest.mark.parametrize(
    "text", ["", "\n", "hunter2-hunter2", ONE.removeprefix("whsec_"), f"{ONE}\nwhsec_AAAA", "whsec_%%%%"]
)
def test_w02_what_would_open_nothing_is_refused_and_changes_nothing(ops, resources, text):
    """X-05: and is not repeated."""
    ops("webhook-secrets", text=ONE)
    code, out, err = ops("webhook-secrets", text=text)
    assert (code, out) == (2, "")
    assert not text.strip() or text.strip() not in err
    assert json.loads(kept(resources)) == {"secrets": [ONE]}


def test_a_stack_without_queues_is_one_from_before(described):
    content = json.loads(described.read_text())
    del content["queues"]["NoticesDeadLetters"]
    described.write_text(json.dumps(content))
    with pytest.raises(InvalidInput, match="make up"):
        stack.local(described)
