"""The local stack's own secret for notices (W-02)."""

import json

from homeroom.roster.webhook import rules
from sandbox.stack import webhook


class Kept:
    """An account with one secret."""

    def __init__(self, value):
        self.value = value

    def secret(self, name):
        return self.value

    def put_secret(self, name, value):
        self.value = value


def test_w02_a_fresh_stack_gets_a_secret_that_opens():
    account = Kept({"secrets": [], "unset": "x"})
    webhook.ensure(account, "webhook")
    (key,) = rules.keys(json.dumps(account.value))
    assert len(key) == 32


def test_w02_each_stack_has_its_own_and_keeps_it():
    one, other = Kept({}), Kept({})
    for account in (one, other):
        webhook.ensure(account, "webhook")
    before = one.value
    webhook.ensure(one, "webhook")
    assert one.value == before != other.value
