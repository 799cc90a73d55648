"""W-02: who is let in, over the raw bytes. The sender's side is the sandbox's relay, which shares no code with ours."""

import base64
import hmac
import itertools
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.roster.webhook import rules
from homeroom.roster.webhook.rules import Delivery, Notice, SignatureInvalid
from homeroom.runtime.errors import InvalidInput
from sandbox.relay import signed

MOMENT = 1795309200
NOW = datetime.fromtimestamp(MOMENT, UTC)
ID = "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W"
DISTRICT = "5f0000000001000000000000"
BODY = b'{"type": "roster.changed", "district": "5f0000000001000000000000"}'


def secret(key: bytes) -> str:
    return "whsec_" + base64.b64encode(key).decode()


KEY, OTHER_KEY = bytes(range(32)), bytes(range(100, 132))
SECRET = secret(KEY)


def delivery(body: bytes = BODY, *, by: str = SECRET, message: str = ID, moment: int = MOMENT) -> Delivery:
    headers = signed(by, body, message=message, moment=moment)
    return Delivery(*(headers[f"webhook-{name}"] for name in ("id", "timestamp", "signature")), body)


def altered(one: Delivery, **changes: object) -> Delivery:
    fields = {name: getattr(one, name) for name in ("id", "timestamp", "signature", "body")}
    return Delivery(**fields | changes)


def passes(one: Delivery, *keys: bytes, now: datetime = NOW) -> bool:
    try:
        rules.authenticate(one, keys or (KEY,), now)
    except SignatureInvalid:
        return False
    return True


def test_w02_what_the_relay_signs_is_let_in():
    assert passes(delivery())


def test_w02_the_signature_is_that_of_the_specification():
    """The text of Standard Webhooks v1 signs `id.timestamp.body`, so that a library of any language can send."""
    digest = hmac.digest(KEY, f'{ID}.{MOMENT}.{{"a": 1}}'.encode(), "sha256")
    assert rules.signature(KEY, ID, str(MOMENT), b'{"a": 1}') == "v1," + base64.b64encode(digest).decode()


@pytest.mark.parametrize("keys", [(KEY, OTHER_KEY), (OTHER_KEY, KEY)])
@pytest.mark.parametrize("by", [SECRET, secret(OTHER_KEY)])
def test_w02_any_of_several_active_secrets_opens(keys, by):
    assert passes(delivery(by=by), *keys)


def test_w02_one_of_several_signatures_is_enough():
    """A sender that changes its key signs with both."""
    old, new = delivery(by=secret(OTHER_KEY)), delivery()
    assert passes(altered(new, signature=f"{old.signature} v1a,c2ln {new.signature}"))
    assert passes(altered(new, signature=f"{new.signature} {old.signature}"))


def test_w02_without_a_key_nobody_is_let_in():
    with pytest.raises(SignatureInvalid):
        rules.authenticate(delivery(), (), NOW)
    with pytest.raises(SignatureInvalid):
        rules.authenticate(delivery(by=secret(b"")), (), NOW)


@pytest.mark.parametrize("sign", [1, -1])
def test_w02_five_minutes_either_way_and_not_a_moment_more(sign):
    edge = timedelta(seconds=300 * sign)
    assert passes(delivery(), now=NOW + edge)
    assert not passes(delivery(), now=NOW + edge + timedelta(milliseconds=sign))


FORGED = {
    "wrong secret": delivery(by=secret(OTHER_KEY)),
    "signature of another id": altered(delivery(), id="msg_other"),
    "signature of another time": altered(delivery(), timestamp=str(MOMENT + 1)),
    "the same JSON in other bytes": altered(delivery(), body=json.dumps(json.loads(BODY), indent=1).encode()),
    "another encoding": altered(delivery(), body=BODY.decode().encode("utf-16")),
    "a byte order mark": altered(delivery(), body=b"\xef\xbb\xbf" + BODY),
    "a line end more": altered(delivery(), body=BODY + b"\n"),
    "cut short": altered(delivery(), body=BODY[:-1]),
    "no body": altered(delivery(), body=b""),
    "no id": altered(delivery(), id=""),
    "no timestamp": altered(delivery(), timestamp=""),
    "no signature": altered(delivery(), signature=""),
    "no version": altered(delivery(), signature=delivery().signature.removeprefix("v1,")),
    "only v1a": altered(delivery(), signature=delivery().signature.replace("v1,", "v1a,")),
    "version in capitals": altered(delivery(), signature=delivery().signature.replace("v1,", "V1,")),
    "signatures joined by commas": altered(delivery(), signature=f"v1,AAAA,{delivery().signature}"),
    "signatures in hex": altered(
        delivery(), signature="v1," + base64.b64decode(delivery().signature.removeprefix("v1,")).hex()
    ),
    "signature without padding": altered(delivery(), signature=delivery().signature.rstrip("=")),
    "not ASCII": altered(delivery(), signature=delivery().signature + "é"),
    "no text at all": altered(delivery(), signature="\ud800"),
    "digits of another script": altered(delivery(), timestamp="".join(chr(0x660 + int(d)) for d in str(MOMENT))),
}


@pytest.mark.parametrize("case", FORGED)
def test_w02_what_is_not_signed_as_it_is_is_refused(case):
    assert not passes(FORGED[case])


@pytest.mark.parametrize(
    "timestamp", [f" {MOMENT}", f"{MOMENT}.0", f"+{MOMENT}", f"{MOMENT}\n", "1_795_309_200", "0x6b0270d0", "9" * 5000]
)
def test_w02_a_timestamp_is_digits_and_nothing_else(timestamp):
    """Signed by somebody who has the key, so that only the form speaks against it."""
    signature = rules.signature(KEY, ID, timestamp, BODY)
    assert not passes(Delivery(ID, timestamp, signature, BODY))


@pytest.mark.parametrize("message", ["a.b", ".", f"{ID}.{MOMENT}", "two words", "tab\t", "", "x" * 201, "é", "\x7f"])
def test_w02_an_id_is_visible_ascii_without_a_dot(message):
    signature = rules.signature(KEY, message, str(MOMENT), BODY)
    assert not passes(Delivery(message, str(MOMENT), signature, BODY))


@pytest.mark.parametrize("message", ["x", "x" * 200, "0-9_:/~!", "".join(map(chr, range(0x21, 0x2E)))])
def test_w02_other_ids_are_the_senders_own_affair(message):
    assert passes(delivery(message=message))


@pytest.mark.parametrize("part", ["id", "timestamp", "signature", "body"])
def test_w02_any_byte_changed_anywhere_is_refused(part):
    """Every byte of the parts, changed into every other."""
    one = delivery()
    raw = one.body if part == "body" else getattr(one, part).encode()
    for at, byte in enumerate(raw):
        for other in set(range(256)) - {byte}:
            changed = raw[:at] + bytes([other]) + raw[at + 1 :]
            assert not passes(altered(one, **{part: changed if part == "body" else changed.decode("latin-1")}))


@given(
    message=st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="."), min_size=1),
    body=st.binary() | st.text(".1795309200{}").map(str.encode),
)
def test_w02_the_signed_bytes_can_be_read_in_one_way_only(message, body):
    """A dot parts id, timestamp and body: no other three parts that join to the same bytes are let in."""
    one = delivery(body, message=message[:200])
    whole = one.id.encode() + b"." + one.timestamp.encode() + b"." + one.body
    dots = [at for at, byte in enumerate(whole) if byte == ord(".")]
    for first, second in itertools.combinations(dots, 2):
        parts = (whole[:first].decode("latin-1"), whole[first + 1 : second].decode("latin-1"), whole[second + 1 :])
        other = Delivery(parts[0], parts[1], one.signature, parts[2])
        assert passes(other) == (other == one)


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "[]", "{}", '"whsec_"', "{", '{"secrets": null}', '{"secrets": "whsec_AAAA"}', '{"secrets": []}',
        '{"secrets": {"whsec_AAAA": 1}}', '{"secrets": [], "unset": "kQ3vC0wq7Z1xS8nP2rT5yU6iO9aB4dE7fG1hJ3kL"}',
        '{"secrets": [null, 1, "", "whsec_", "whsec_%%%%", [], {}]}', "[" * 100_000,
        json.dumps({"secrets": [SECRET.removeprefix("whsec_")]}), json.dumps({"secrets": [secret(bytes(23))]}),
        json.dumps({"secrets": [" " + SECRET]}), json.dumps({"secrets": ["whsec_" + "é" * 40]}),
    ],
)  # fmt: skip
def test_w02_what_holds_no_secret_opens_nothing(text):
    """Empty, malformed, too short, or as the template makes it."""
    assert rules.keys(text) == ()


def test_w02_good_secrets_count_beside_bad_ones():
    kept = {"secrets": ["whsec_%%%", SECRET, secret(bytes(24)), secret(OTHER_KEY)]}
    assert rules.keys(json.dumps(kept)) == (KEY, bytes(24), OTHER_KEY)


def test_a_notice_says_which_district_and_may_say_more():
    assert rules.read(BODY) == Notice("roster.changed", DISTRICT)
    assert rules.read(BODY[:-1] + b', "data": {"x": [1]}, "timestamp": "2026-11-22T01:00:00Z"}').district == DISTRICT


def test_a_type_that_we_do_not_know_is_no_fault():
    assert rules.read(b'{"type": "roster.paused", "data": 1}') == Notice("roster.paused")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "body"), (b"{", "body"), (b"\xff\xfe", "body"), (b"[]", "body"), (b"null", "body"), (b'"x"', "body"),
        (b"[" * 60_000, "body"), (b"9" * 60_000, "body"), (BODY + b"x", "body"),
        (BODY.decode().encode("utf-16"), "body"),
        (b"{}", "type"), (b'{"type": null}', "type"), (b'{"type": ["roster.changed"]}', "type"),
        (b'{"type": "roster.changed"}', "district"), (b'{"type": "roster.changed", "district": null}', "district"),
        (b'{"type": "roster.changed", "district": 5}', "district"),
        (b'{"type": "roster.changed", "district": "5F0000000001000000000000"}', "district"),
        (b'{"type": "roster.changed", "district": "5f00000000010000000000000"}', "district"),
        (b'{"type": "roster.changed", "district": "5f000000000100000000000#"}', "district"),
        (b'{"type": "roster.changed", "district": "5f0000000001000000000000\\n"}', "district"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_field(body, field):
    with pytest.raises(InvalidInput) as refused:
        rules.read(body)
    assert (refused.value.status, refused.value.field) == (422, field)
