"""A secret for whoever sends notices to the local stack."""

import base64
import secrets

from sandbox.stack.aws import Account

BYTES = 32


def ensure(account: Account, secret: str) -> None:
    """Puts a secret of chance where the template made none; what somebody has put there stays."""
    if not account.secret(secret).get("secrets"):
        made = "whsec_" + base64.b64encode(secrets.token_bytes(BYTES)).decode()
        account.put_secret(secret, {"secrets": [made]})
