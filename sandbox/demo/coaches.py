"""The chapters about classes and coaches: accounts that link, classes by code and by mail, a child, who sees what."""

import secrets
from typing import Any

from homeroom.classes import wiring
from homeroom.classes.service.sight import Sight
from homeroom.classes.store.standings import StandingStore
from homeroom.runtime import aws
from homeroom.runtime.settings import settings
from sandbox.demo.checks import chapter, expect, table, tell
from sandbox.demo.places import CoTaught
from sandbox.rig.api import Answer, Api
from sandbox.rig.mailbox import Mailbox
from sandbox.rig.people import forget, newcomer
from sandbox.rig.stack import Stack

GROWN, CHILD = "2009-03-14", "2017-05-02"


class Coaches:
    """These chapters, on a live district that has been synced; `taught` is a class of it with two teachers."""

    def __init__(self, stack: Stack, taught: CoTaught) -> None:
        self._stack, self._taught = stack, taught
        # Addresses are one account's for ever: each telling has people of its own.
        self._telling = secrets.token_hex(3)
        self._mailbox = Mailbox(stack)

    def tell(self) -> None:
        """All of them."""
        code = self._district_class()
        student = self._student(code)
        self._two_coaches(student)
        self._child()

    def _district_class(self) -> str:
        chapter("Two teachers of one section sign in: a co-taught district class (A-04, C-04, S-02, S-16)")
        primary, other = self._rostered(self._taught.primary), self._rostered(self._taught.co_teacher)
        me = _ok(primary.call("GET", "/me"))
        expect("the primary teacher's account", (me["kind"], "teacher" in me["roles"]), ("district", True))
        _ok(other.call("GET", "/me"))
        path = f"/classes/{self._taught.klass}"
        shown, same = _ok(primary.call("GET", path)), _ok(other.call("GET", path))
        expect("who they are in the class", (shown["role"], same["role"]), ("primary", "co_teacher"))
        students = _ok(other.call("GET", f"{path}/students?limit=200"))["items"]
        expect("its students, as the co-teacher sees them", len(students) == shown["students"], True)
        renamed = primary.call("PATCH", path, {"name": "Ours"})
        expect("renaming it by hand (S-16)", (renamed.status, renamed.body["code"]), (403, "class_is_rostered"))
        return str(shown["code"])

    def _student(self, code: str) -> Api:
        chapter("Its code adds nobody: a rostered student activates with it, anybody else is refused (J-05)")
        stranger = newcomer(self._stack, self._own("stranger"))
        _ok(stranger.call("PATCH", "/me", {"birth_date": GROWN}))
        refused = stranger.call("POST", "/join", {"code": code})
        expect(
            "a stranger with the district class's code", (refused.status, refused.body["code"]), (403, "not_on_roster")
        )
        student = self._rostered(self._taught.student)
        joined = _ok(student.call("POST", "/join", {"code": f" {code[:4].lower()}-{code[4:]} "}))
        expect("a student of it", joined["outcome"] in {"activated", "already_member"}, True)
        me = _ok(student.call("GET", "/me"))
        expect("their account", (me["kind"], "student" in me["roles"]), ("district", True))
        table(("permission by age (A-06)", ""), sorted(me["permissions"].items()))
        return student

    def _two_coaches(self, student: Api) -> None:
        chapter("Two independent coaches: one by code, one by mail (J-01, I-01, I-02, C-02, C-03)")
        first, one = self._teacher("rivera", "Ms Rivera", "Robotics")
        second, two = self._teacher("okafor", "Mr Okafor", "Chess")
        expect("by code", _ok(student.call("POST", "/join", {"code": one["code"]}))["outcome"], "joined")
        again = _ok(student.call("POST", "/join", {"code": one["code"]}))
        expect("the same again", again["outcome"], "already_member")
        sent = _ok(second.call("POST", f"/classes/{two['id']}/invitations", {"addresses": [self._taught.student]}))
        expect("by mail", [item["outcome"] for item in sent["items"]], ["invited"])
        for line in self._mailbox.texts(self._taught.student)[-1].splitlines():
            tell(f"| {line}")
        token = self._mailbox.tokens(self._taught.student)[-1]
        thief = first.call("POST", "/invitations/accept", {"token": token})
        expect("somebody else with the link (I-03)", thief.status in {403, 404}, True)
        accepted = _ok(student.call("POST", "/invitations/accept", {"token": token}))
        expect("the student with it", accepted["outcome"], "joined")
        coaches = _ok(student.call("GET", "/me/coaches"))["items"]
        expect("both coach the student", {"Ms Rivera", "Mr Okafor"} <= {coach["name"] for coach in coaches}, True)
        for name, api, own, others in (("Ms Rivera", first, one, two), ("Mr Okafor", second, two, one)):
            seen = _ok(api.call("GET", f"/classes/{own['id']}/students"))["items"]
            hidden = api.call("GET", f"/classes/{others['id']}").status
            expect(f"{name}: students of their class, and the other's class", (len(seen), hidden), (1, 404))
        three = (first, second, newcomer(self._stack, self._own("passer-by")))
        expect(
            "who may see the student's progress (C-02)", [_coaches(api, student) for api in three], [True, True, False]
        )

    def _child(self) -> None:
        chapter("A child under 13, in no district: a guardian says yes by mail first (J-09, A-06)")
        teacher, klass = self._teacher("lind", "Ms Lind", "Reading club")
        child, guardian = newcomer(self._stack, self._own("child")), self._own("guardian")
        me = _ok(child.call("PATCH", "/me", {"birth_date": CHILD}))
        expect("discussion posts and projects", sorted({*me["permissions"].values()}), ["limited"])
        alone = child.call("POST", "/join", {"code": klass["code"]})
        expect("joining", (alone.status, alone.body["code"]), (403, "guardian_required"))
        _ok(child.call("POST", "/me/guardian", {"address": guardian}))
        waiting = _ok(child.call("POST", "/join", {"code": klass["code"]}))
        expect("joining once a guardian is named", waiting["outcome"], "waiting_for_guardian")
        students = f"/classes/{klass['id']}/students"
        expect("students meanwhile", len(_ok(teacher.call("GET", students))["items"]), 0)
        token = self._mailbox.tokens(guardian)[-1]
        nobody = Api(self._stack.names["api_url"])
        _ok(nobody.call("POST", "/guardian-approvals", {"token": token, "answer": "yes"}))
        expect("students after the yes", len(_ok(teacher.call("GET", students))["items"]), 1)

    def _teacher(self, who: str, name: str, klass: str) -> tuple[Api, dict[str, Any]]:
        """A grassroots teacher with a class of their own."""
        api = newcomer(self._stack, self._own(who))
        _ok(api.call("PATCH", "/me", {"name": name}))
        return api, _ok(api.call("POST", "/classes", {"name": klass}))

    def _rostered(self, address: str) -> Api:
        """Somebody of the roster, who signs up for the first time: an earlier telling is forgotten."""
        forget(self._stack, address)
        return newcomer(self._stack, address)

    def _own(self, who: str) -> str:
        return f"{who}-{self._telling}@people.example"


def _coaches(coach: Api, student: Api) -> bool:
    """What every route that shows progress asks before it does: the two accounts, as the tables have them now."""
    found = settings()
    profiles, client = wiring.profiles(), aws.dynamodb()
    sight = Sight(StandingStore(found.need("classes_table"), client), co_teaching=False)
    known = profiles.many(_ok(api.call("GET", "/me"))["account"] for api in (coach, student))
    one, other = known.values()
    return sight.coaches(one, other, found.clock().now())


def _ok(answer: Answer) -> Any:
    """What a route says when all is well."""
    if answer.status >= 400:  # noqa: PLR2004  HTTP's own number
        expect("the answer", (answer.status, answer.body), "no refusal")
    return answer.body
