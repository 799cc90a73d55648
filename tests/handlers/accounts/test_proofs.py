"""Further addresses, by mailed links (A-01, A-05, I-03, I-06, X-03, X-04, X-05)."""

import json
import logging
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.accounts.routes import deps
from homeroom.accounts.proof import ProofInvalid
from homeroom.accounts.rules.aliases import AddressTaken, TooManyAddresses
from homeroom.accounts.service.aliases import MAILS_AN_HOUR
from homeroom.accounts.service.proofs import AN_ADDRESS_A_DAY
from homeroom.accounts.store.addresses import AddressStore
from homeroom.accounts.store.profiles import ProfileItem
from homeroom.runtime.auth import Caller
from tests.support.people import Person
from tests.support.serial import one_at_a_time

from .proving import ADA, BEN, MUM, OTHER, alias, answer, audit, confirm, mailed, me, name, owner, token


def test_a_mailed_link_makes_an_address_ones_own_a_05(fresh):
    assert (alias(fresh).status, alias(fresh).body) == (202, {})
    text = mailed(fresh, "activate", OTHER)
    confirm(fresh, text)
    assert (me(fresh)["aliases"], owner(fresh, OTHER)) == ([OTHER], ADA.account)
    (row,) = audit(fresh, "account.address")
    assert (row["actor"], row["cause"]) == (ADA.account, "request:r1")
    assert OTHER not in json.dumps(row)


def test_the_event_of_an_alias(sent, fresh):
    assert sent("alias").status == 202
    assert mailed(fresh, "activate", OTHER)


def test_a_link_works_once_and_for_who_asked_alone_i_03(fresh):
    alias(fresh)
    text = mailed(fresh, "activate", OTHER)
    with pytest.raises(ProofInvalid):
        confirm(fresh, text, BEN)
    confirm(fresh, text)
    with pytest.raises(ProofInvalid):
        confirm(fresh, text)


@pytest.mark.parametrize("text", ["", "x", ".", "a" * 10_000, "é.ü", f"{'a' * 32}.{'b' * 43}", "\u202e"])
def test_what_is_no_token_proves_nothing_i_03(fresh, text):
    with pytest.raises(ProofInvalid):
        confirm(fresh, text)
    refused = answer(fresh, text)
    assert (refused.status, refused.body["code"]) == (404, "proof_invalid")


def test_a_link_of_another_kind_or_with_another_secret_proves_nothing_i_03(fresh):
    alias(fresh)
    name(fresh)
    verify, guardian = sorted(fresh.deliver(), key=lambda mail: mail.to)
    verify, guardian = token(verify, "activate"), token(guardian, "guardian")
    with pytest.raises(ProofInvalid):
        confirm(fresh, guardian)
    assert answer(fresh, verify).body["code"] == "proof_invalid"
    mixed = f"{guardian.partition('.')[0]}.{verify.partition('.')[2]}"
    assert answer(fresh, mixed).body["code"] == "proof_invalid"
    assert me(fresh)["guardian"]["state"] == "asked"


def test_a_link_ends_after_thirty_days_i_03(fresh):
    alias(fresh)
    name(fresh)
    verify, guardian = sorted(fresh.deliver(), key=lambda mail: mail.to)
    fresh.wait(days=30)
    with pytest.raises(ProofInvalid):
        confirm(fresh, token(verify, "activate"))
    assert answer(fresh, token(guardian, "guardian")).body["code"] == "proof_invalid"


def test_asking_again_makes_a_new_link_and_ends_the_one_before_i_03(fresh):
    alias(fresh)
    first = mailed(fresh, "activate", OTHER)
    fresh.wait(minutes=2)
    alias(fresh, f" {OTHER.upper()} ")
    with pytest.raises(ProofInvalid):
        confirm(fresh, first)
    assert confirm(fresh, mailed(fresh, "activate", OTHER)).addresses == {OTHER}


def test_the_same_request_again_sends_one_mail_x_03(fresh):
    assert [alias(fresh).status for _ in range(8)] == [202] * 8
    assert len(fresh.deliver()) == 1


def test_nobody_learns_whose_an_address_is_a_01(fresh):
    """The same answer and the same mail for an address that is somebody's, in whatever way."""
    me(fresh, BEN)
    told = [alias(fresh, address) for address in (OTHER, BEN.address, ADA.address)]
    assert {(one.status, json.dumps(one.body)) for one in told} == {(202, "{}")}
    mails = fresh.deliver()
    assert {mail.to for mail in mails} == {OTHER, BEN.address, ADA.address}
    assert len({(mail.subject, re.sub(r"token=\S+", "", mail.text)) for mail in mails}) == 1


def proved(api, who=BEN):
    """Somebody shows by a mailed link, too, that their login's address is theirs."""
    me(api, who)
    alias(api, who.address, who)
    confirm(api, mailed(api, "activate", who.address), who)
    api.wait(minutes=2)


def test_somebody_elses_address_that_was_proved_stays_theirs_a_01(fresh):
    proved(fresh)
    alias(fresh, BEN.address)
    text = mailed(fresh, "activate", BEN.address)
    before = fresh.items("UsersTable")
    with pytest.raises(AddressTaken):
        confirm(fresh, text)
    assert [item for item in fresh.items("UsersTable") if item not in before and item["pk"]["S"][0] != "U"] == []
    assert (owner(fresh, BEN.address), me(fresh)["aliases"]) == (BEN.account, [])


def test_what_was_proved_by_mail_stays_so_when_the_login_has_it_again_a_01(fresh):
    proved(fresh)
    me(fresh, Person.named("ben", address="moved@people.example"))
    me(fresh, BEN)
    alias(fresh, BEN.address)
    with pytest.raises(AddressTaken):
        confirm(fresh, mailed(fresh, "activate", BEN.address))
    assert owner(fresh, BEN.address) == BEN.account


def test_who_reads_an_addresss_mail_now_takes_it_from_a_login_that_had_it_a_01_x_04(fresh):
    """It was handed on: the newcomer has the mailbox, the one before only a token that calls it verified."""
    me(fresh, BEN)
    alias(fresh, BEN.address)
    confirm(fresh, mailed(fresh, "activate", BEN.address))
    assert (owner(fresh, BEN.address), me(fresh)["aliases"]) == (ADA.account, [BEN.address])
    for _ in range(2):
        assert (me(fresh, BEN)["address"] or {}).get("own") is not True
        assert owner(fresh, BEN.address) == ADA.account
    (lost,) = audit(fresh, "account.address_lost")
    assert (lost["pk"], lost["actor"], lost["cause"]) == (f"U#{BEN.account}", ADA.account, "request:r1")
    assert len(audit(fresh, "account.address")) == 1
    assert BEN.address not in json.dumps(lost)


def test_of_two_who_show_a_logins_address_to_be_theirs_one_gets_it_a_01(fresh):
    me(fresh, BEN)
    people = [Person.named(f"p{number}") for number in range(4)]
    for who in people:
        alias(fresh, BEN.address, who)
    tokens = [token(mail, "activate") for mail in fresh.deliver()]
    by_account = {deps.proofs().store.shown(text, fresh.now).account: text for text in tokens}
    account = {who.account: deps.callers().account(Caller(who.account, who.address), fresh.now) for who in people}

    def claims(who):
        try:
            proof = deps.proofs().redeem(by_account[who.account], who.account, fresh.now)
            return deps.aliases().confirm(account[who.account], proof, fresh.now, "request:r1").id
        except AddressTaken:
            return None

    with one_at_a_time(), ThreadPoolExecutor(len(people)) as pool:
        winners = [one for one in pool.map(claims, people) if one]
    assert winners == [owner(fresh, BEN.address)]
    assert [who.account for who in people if me(fresh, who)["aliases"]] == winners


def test_a_login_that_moves_away_meanwhile_leaves_its_address_to_who_proved_it_a_01(fresh, monkeypatch):
    me(fresh, BEN)
    alias(fresh, BEN.address)
    text = mailed(fresh, "activate", BEN.address)
    claimed, moved = AddressStore.claimed, []

    def late(self, address):
        found = claimed(self, address)
        if not moved:
            moved.append(me(fresh, Person.named("ben", address="moved@people.example")))
        return found

    monkeypatch.setattr(AddressStore, "claimed", late)
    confirm(fresh, text)
    assert (owner(fresh, BEN.address), owner(fresh, "moved@people.example")) == (ADA.account, BEN.account)
    assert audit(fresh, "account.address_lost") == []


def test_of_two_who_claim_one_address_one_gets_it_a_01(fresh):
    people = [Person.named(f"p{number}") for number in range(6)]
    for who in people:
        alias(fresh, OTHER, who)
    texts = {mail.text: mail for mail in fresh.deliver()}
    tokens = [token(mail, "activate") for mail in texts.values()]
    assert len(tokens) == len(people)
    by_account = {deps.proofs().store.shown(text, fresh.now).account: text for text in tokens}

    def claims(who):
        try:
            return confirm(fresh, by_account[who.account], who).id
        except AddressTaken:
            return None

    with one_at_a_time(), ThreadPoolExecutor(len(people)) as pool:
        winners = [one for one in pool.map(claims, people) if one]
    assert winners == [owner(fresh, OTHER)]
    assert [who.account for who in people if me(fresh, who)["aliases"]] == winners


def test_ten_addresses_are_the_most_a_05(fresh):
    me(fresh)
    nine = {f"ada{number}@school.example" for number in range(9)}
    ProfileItem(f"U#{ADA.account}", "PROFILE").update([ProfileItem.addresses.set(nine)])
    for address in (OTHER, "eleventh@school.example"):
        alias(fresh, address)
    tenth, eleventh = (token(mail, "activate") for mail in sorted(fresh.deliver(), key=lambda mail: mail.to))
    confirm(fresh, tenth)
    with pytest.raises(TooManyAddresses):
        confirm(fresh, eleventh)
    assert owner(fresh, "eleventh@school.example") is None
    refused = alias(fresh, "twelfth@school.example")
    assert (refused.status, refused.body["code"]) == (409, "too_many_addresses")
    assert alias(fresh).status == 202


def test_an_account_has_so_many_mails_an_hour_sent_i_06(fresh):
    told = [alias(fresh, f"ada{number}@school.example") for number in range(MAILS_AN_HOUR + 1)]
    assert [one.status for one in told] == [202] * MAILS_AN_HOUR + [429]
    assert (told[-1].body["code"], int(told[-1].headers["retry-after"])) == ("too_many_mails", 3600)
    assert len(fresh.deliver()) == MAILS_AN_HOUR
    fresh.wait(hours=1)
    assert alias(fresh, "ada9@school.example").status == 202


def test_an_address_gets_so_many_mails_a_day_and_nobody_learns_it_i_06(fresh):
    people = [Person.named(f"p{number}") for number in range(AN_ADDRESS_A_DAY + 1)]
    assert {alias(fresh, OTHER, who).status for who in people} == {202}
    assert len(fresh.deliver()) == AN_ADDRESS_A_DAY
    fresh.wait(days=1)
    alias(fresh, OTHER, people[-1])
    assert len(fresh.deliver()) == 1


@pytest.mark.parametrize(
    "address",
    [
        "", "ada", "a@b", "a b@c.example", 7, None,
        "\u00e9@c.example", "a@b@c.example", "\u202e@c.example", "a\u200bb@c.example",
        f"{'x' * 300}@c.example", "\U0001f469@c.example",
    ],
)  # fmt: skip
def test_where_no_mail_can_go_is_refused_by_its_field_x_02(fresh, address):
    for refused in (alias(fresh, address), name(fresh, address)):
        assert (refused.status, refused.body["code"], refused.body["field"]) == (422, "invalid_input", "address")
    assert fresh.items("OutboxTable") == fresh.items("TransientTable") == []


def test_neither_outbox_nor_counters_nor_audit_name_anybody_x_05(fresh):
    fresh.call("PATCH", "/me", {"name": "Ada Byron", "birth_date": "2016-05-04"}, as_=ADA)
    alias(fresh)
    name(fresh)
    kept = [*fresh.items("OutboxTable"), *(i for i in fresh.items("TransientTable") if i["pk"]["S"].startswith("N#"))]
    kept += [item for item in fresh.items("UsersTable") if item["sk"]["S"].startswith("AUDIT#")]
    said = json.dumps(kept)
    assert len(kept) >= 6
    assert not [secret for secret in (OTHER, MUM, ADA.address, "Ada", "2016-05-04") if secret in said]


def test_no_log_and_no_refusal_names_anybody_x_05(fresh, capsys, caplog):
    caplog.set_level(logging.INFO)
    fresh.call("PATCH", "/me", {"birth_date": "2016-05-04"}, as_=ADA)
    alias(fresh)
    name(fresh)
    tokens = [mail.links()[0].partition("=")[2] for mail in fresh.deliver()]
    answer(fresh, tokens[0])
    refused = [
        name(fresh, ADA.address),
        answer(fresh, "x" * 76),
        alias(fresh, f"{OTHER} {MUM}"),
        answer(fresh, tokens[1]),
    ]
    logged = str([vars(record) for record in caplog.records])
    said = logged + "".join(capsys.readouterr()) + json.dumps([one.body for one in refused])
    assert "'kind': 'guardian'" in logged
    assert not [secret for secret in (OTHER, MUM, ADA.address, "2016-05-04", *tokens) if secret in said]


def test_a_mail_names_nobody_and_says_what_to_do_x_05(fresh):
    fresh.call("PATCH", "/me", {"name": "Ada Byron", "birth_date": "2016-05-04"}, as_=ADA)
    alias(fresh)
    name(fresh)
    for mail in fresh.deliver():
        for said in (mail.subject, mail.text, mail.html):
            assert not [secret for secret in ("Ada", "Byron", ADA.address, ADA.account, "2016") if secret in said]
        assert "gnore this mail" in mail.text
        (link,) = mail.links()
        assert link in mail.html


def test_the_secret_is_in_the_mail_alone_i_03(fresh):
    alias(fresh)
    secret = mailed(fresh, "activate", OTHER).partition(".")[2]
    for table in ("UsersTable", "OutboxTable", "TransientTable"):
        assert secret not in json.dumps(fresh.items(table))


def test_the_route_answers_for_a_link_and_for_one_that_is_worth_nothing_a_01_a_05(fresh):
    proved(fresh)
    for address in (OTHER, BEN.address):
        alias(fresh, address)
    other, taken = (
        token(mail, "activate") for mail in sorted(fresh.deliver(), key=lambda mail: mail.to == BEN.address)
    )
    told = [fresh.call("POST", "/activations/confirm", {"token": text}, as_=ADA) for text in (other, other, taken)]
    assert [one.status for one in told] == [200, 404, 409]
    assert [one.body["code"] for one in told[1:]] == ["proof_invalid", "address_taken"]
    assert me(fresh)["aliases"] == [OTHER]
