"""What people prove by mailed links: the requests, and the tokens of the mails."""

import re

from functions.accounts.routes import deps
from homeroom.runtime.auth import Caller
from tests.support.people import Person

ADA, BEN = Person.named("ada"), Person.named("ben")
OTHER, MUM, DAD = "ada@school.example", "mum@people.example", "dad@people.example"


def alias(api, address=OTHER, who=ADA):
    return api.call("POST", "/me/aliases", {"address": address}, as_=who)


def name(api, address=MUM, who=ADA):
    return api.call("POST", "/me/guardian", {"address": address}, as_=who)


def answer(api, token, said="yes"):
    return api.call("POST", "/guardian-approvals", {"token": token, "answer": said})


def me(api, who=ADA):
    return api.call("GET", "/me", as_=who).body


def token(mail, page):
    (link,) = mail.links()
    found = re.fullmatch(rf"https://app\.homeroom\.example/{page}#token=(\S+)", link)
    assert found
    return found[1]


def mailed(api, page, to):
    """The token of the one mail that goes out now."""
    (mail,) = api.deliver()
    assert mail.to == to
    return token(mail, page)


def confirm(api, text, who=ADA, cause="request:r1"):
    """As POST /activations/confirm does with an alias."""
    api.become("AccountsFunction")
    account = deps.callers().account(Caller(who.account, who.address), api.now)
    return deps.aliases().confirm(account, deps.proofs().redeem(text, account.id, api.now), api.now, cause)


def owner(api, address):
    found = [item for item in api.items("UsersTable") if item["pk"]["S"] == f"ADDR#{address}"]
    return found[0]["account"]["S"] if found else None


def audit(api, action):
    rows = [item for item in api.items("UsersTable") if item.get("action", {}).get("S") == action]
    return [{key: value["S"] for key, value in row.items()} for row in sorted(rows, key=lambda row: row["sk"]["S"])]
