"""`/join` and `/join/{code}` as the deployed API answers them (J-01 to J-09, X-01, X-02)."""

import json
from pathlib import Path

import pytest

from functions.class_code_join import app
from homeroom.classes.ids import ClassId
from homeroom.classes.rules.guesses import AN_ACCOUNT
from homeroom.classes.store.independent import CodeItem, code_pk
from homeroom.runtime.dynamo import bind
from homeroom.runtime.proofs import hashed
from tests.support.invited import ID, OWNER, account, klass
from tests.support.joining import calls
from tests.support.people import Person
from tests.support.proxy import taken
from tests.support.served import START, served
from tests.support.taught import ROSTERED, linked, person, rostered

EVENTS = Path(__file__).parents[3] / "events"
ASKED = "2026-09-15T14:00:00.000000+0000"
CODE, DISTRICT_CODE = "ABCDEFGH", "BCDEFGHJ"
ADA, BOB, KIM = (Person.named(name) for name in ("ada", "bob", "kim"))
CLASS = {"id": ID.text, "name": "Algebra", "teacher": "Maya Lopez"}


@pytest.fixture(scope="module")
def api():
    with served() as made:
        yield made


@pytest.fixture(autouse=True)
def empty(api):
    api.wipe()
    klass()
    code(CODE, ID)
    account(ADA)


def code(text, of: ClassId, **fields):
    bind("classes", CodeItem)
    CodeItem(code_pk(text), "CODE", **({"klass": of.text, "state": "active", "made": START} | fields)).save()


def join(api, text=CODE, as_=ADA, **more):
    return api.call("POST", "/join", {"code": text}, as_=as_, **more)


def seats(api):
    """The state of everybody's place in independent classes; the roster's members have none."""
    found = [one for one in api.items("ClassesTable") if one["sk"]["S"].startswith("S#") and "account" in one]
    return {one["account"]["S"]: one["state"]["S"] for one in found}


def test_j01_joined_then_a_member_already(api):
    first, again = join(api, "abcd-efgh"), join(api)
    assert (first.status, first.body) == (201, {"outcome": "joined", "class": CLASS})
    assert (again.status, again.body) == (200, {"outcome": "already_member", "class": CLASS})
    assert seats(api) == {ADA.account: "active"}
    assert [one["id"] for one in api.call("GET", "/me/classes", as_=ADA).body["items"]] == [ID.text]


def test_j01_a_join_is_one_read_and_one_transaction_from_the_handler_on(api):
    account(BOB)
    join(api)  # the code learns what it has to know
    with calls() as made:
        assert join(api, as_=BOB).status == 201
    assert made == ["BatchGetItem", "TransactWriteItems"]


def sent(api, case):
    event = json.loads((EVENTS / f"class_code_join__{case}.json").read_text())
    return taken(api.handler("ClassCodeJoinFunction")(event, None))


def test_the_events_are_answered(api):
    sam = Person("2f6b7c1d-9e3a-4f58-8d21-7c0e5a4b3d92", "sam@student.example")
    api.become("ClassCodeJoinFunction")
    account(sam)
    assert sent(api, "preview").body == {"class": {"name": "Algebra", "teacher": "Maya Lopez"}}
    assert seats(api) == {}
    assert sent(api, "join").status == 201
    assert seats(api) == {sam.account: "active"}


def test_j06_j09_who_waits_is_told_for_whom(api):
    klass(approval=True)
    found = join(api)
    assert (found.status, found.body["outcome"]) == (202, "waiting_for_teacher")
    refused = join(api, as_=KIM)
    assert (refused.status, refused.code) == (403, "guardian_required")
    assert "PATCH /me" in refused.body["detail"]
    account(KIM, birth_date="2015-05-05", guardian="p@x.example", guardian_state="asked", guardian_asked=ASKED)
    found = join(api, as_=KIM)
    assert (found.status, found.body["outcome"]) == (202, "waiting_for_guardian")
    assert seats(api) == {ADA.account: "waiting", KIM.account: "waiting"}


def test_j07_not_ones_own(api):
    found = join(api, as_=OWNER)
    assert (found.status, found.code) == (403, "own_class")


CLOSED = {
    "unknown": ("BCDEFGHK", {}), "malformed": ("12", {}), "disabled": (CODE, {"state": "disabled"}),
    "rotated": (CODE, {"state": "rotated"}), "expired": (CODE, {"expires": START}),
}  # fmt: skip


def test_j03_nothing_tells_why_a_code_lets_nobody_in(api):
    told = set()
    for text, fields in CLOSED.values():
        code(CODE, ID, **fields)
        for found in (join(api, text), api.call("GET", f"/join/{text}", as_=ADA)):
            body = {name: value for name, value in found.body.items() if name != "request_id"}
            told.add((found.status, json.dumps(body), tuple(sorted(found.headers.items()))))
    assert len(told) == 1
    assert next(iter(told))[0] == 404
    assert seats(api) == {}


def test_j04_after_ten_wrong_codes_nothing_is_listened_to_until_the_window_ends(api):
    for number in range(AN_ACCOUNT):
        wrong = join(api, f"BCDEFG2{number}") if number % 2 else api.call("GET", f"/join/BCDEFG2{number}", as_=ADA)
        assert wrong.code == "code_not_found"
        api.wait(seconds=1)
    for found in (join(api), join(api, "BCDEFGHK"), api.call("GET", f"/join/{CODE}", as_=ADA)):
        assert (found.status, found.code, found.headers["retry-after"]) == (429, "too_many_attempts", "590")
    account(BOB)
    assert join(api, as_=BOB).status == 201
    api.wait(seconds=589)
    assert join(api).status == 429
    api.wait(seconds=1)
    assert join(api).status == 201


def test_j04_nothing_that_is_kept_shows_the_network_address(api):
    join(api, "BCDEFGHK", source_ip="203.0.113.99")
    kept = {one["pk"]["S"] for one in api.items("TransientTable")}
    assert kept == {f"N#guess:a:{ADA.account}", f"N#guess:ip:{hashed('203.0.113.99')}"}
    assert "203.0.113.99" not in json.dumps(api.items("TransientTable"))


@pytest.fixture
def district(api):
    rostered(["p1"], {"t1": "primary"}, teacher="t1")
    code(DISTRICT_CODE, ROSTERED)
    return {"id": ROSTERED.text, "name": "Biology", "teacher": "T1 Roster"}


def test_j05_a_district_classs_code_adds_nobody_and_says_who_is_in(api, district):
    linked(ADA, "p1")
    found = join(api, DISTRICT_CODE)
    assert (found.status, found.body) == (200, {"outcome": "already_member", "class": district})
    preview = api.call("GET", f"/join/{DISTRICT_CODE}", as_=BOB)
    assert preview.body == {"class": {"name": "Biology", "teacher": "T1 Roster"}}
    stranger = join(api, DISTRICT_CODE, as_=BOB)
    assert (stranger.status, stranger.code) == (403, "not_on_roster")
    person("p2", "student")
    linked(KIM, "p2")
    other = join(api, DISTRICT_CODE, as_=KIM)
    assert (other.status, other.code) == (403, "class_is_rostered")
    assert seats(api) == {}


def test_x01_nobody_looks_or_joins_without_signing_in(api):
    for found in (api.call("POST", "/join", {"code": CODE}), api.call("GET", f"/join/{CODE}")):
        assert (found.status, found.code) == (401, "unauthorized")


BODIES = [
    (b"", "body"), (b"{", "body"), (b"[]", "body"), (b'"ABCDEFGH"', "body"), (b"null", "body"), (b"\xff\xfe", "body"),
    (b"[" * 100_000, "body"), (b"{}", "code"), (b'{"code": 7}', "code"), (b'{"code": null}', "code"),
    (b'{"code": ["ABCDEFGH"]}', "code"), (b'{"code": {"a": 1}}', "code"), (b'{"code": true}', "code"),
    (b'{"code": "ABCDEFGH", "class": "x"}', "class"), (b'{"CODE": "ABCDEFGH"}', "CODE"),
    (b'{"code": "ABCDEFGH", "\\ud800": 1}', "\ud800"), (b'{"code": NaN}', "code"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "field"), BODIES, ids=range(len(BODIES)))
def test_x02_a_malformed_body_names_the_field(api, body, field):
    found = api.call("POST", "/join", body, as_=ADA)
    assert (found.status, found.code, found.body["field"]) == (422, "invalid_input", field)


def test_x02_too_much_and_the_wrong_kind(api):
    assert api.call("POST", "/join", b" " * (1024 * 1024 + 1), as_=ADA).code == "payload_too_large"
    other = api.call("POST", "/join", b"code=ABCDEFGH", as_=ADA, headers={"Content-Type": "text/plain"})
    assert (other.status, other.code) == (415, "unsupported_media_type")


ODD = [
    "", " ", "\ud800", "A\ud83dBCDEFG", "\U0001f600" * 8, "\u202eABCDEFGH", "a\u0301bcdefgh", "x" * 1_000_000,
    "ABCDEFG\u0000", "\ufdfa" * 200, "\ufb03" * 3, "\u0131" * 8, "\u00df" * 4, "ABCDEFGH" * 2,
    "CODE#ABCDEFGH", "../CLASS",
]  # fmt: skip


def test_x02_odd_codes_are_codes_that_nobody_has(api):
    for number, odd in enumerate(ODD):
        someone = Person.named(f"odd{number}")
        body = json.dumps({"code": odd}).encode()
        found = api.call("POST", "/join", body, as_=someone, source_ip=f"203.0.113.{number}")
        wanted = 403 if odd == "\u202eABCDEFGH" else 404  # what nobody sees is ignored, and then it is a code
        assert found.status == wanted, odd
    for odd in ("%F0%9F%98%80", "%00", "%FF", "a%2Fb", "%ED%A0%80", "%E2%80%AE", "x" * 5000):
        found = api.call("GET", f"/join/{odd}", as_=Person.named(odd[:9]), source_ip="203.0.113.200")
        assert found.code == "code_not_found", odd
    assert seats(api) == {}


def test_an_address_that_is_no_address_counts_as_one(api):
    assert join(api, "BCDEFGHK", source_ip="").code == "code_not_found"


def test_what_is_loaded_is_loaded_once(api):
    join(api)
    first = (app.joins(), app.previews())
    join(api)
    assert (app.joins(), app.previews()) == first
