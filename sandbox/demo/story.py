"""The chapters of the story, in order. Everything goes through the deployed stack; nothing is made up here."""

from datetime import datetime
from typing import Any

from homeroom.roster import wiring
from homeroom.roster.runs import Run
from homeroom.roster.settings import WEEK
from homeroom.runtime.settings import settings
from sandbox.clever.demo import quirks
from sandbox.demo.care import Care
from sandbox.demo.checks import chapter, expect, table, tell
from sandbox.demo.coaches import Coaches
from sandbox.demo.places import co_taught, somebody_in_two_places
from sandbox.rig.api import Api, signed_in
from sandbox.rig.night import discover, run_on_demand, run_tonight
from sandbox.rig.stack import Items, Stack

DISTRICT = "5f0000000001000000000000"
PATH = f"/districts/{DISTRICT}"
STRANGER = "/districts/5f0000009999000000000000"


class Story:
    """One telling, on a stack that is up."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._admin = Api("")

    def tell(self) -> None:
        """All chapters. Raises Unexpected at the first result that is not what it should be."""
        self._begin()
        self._onboarding()
        self._first_night()
        self._quiet_night()
        self._change()
        self._faults()
        Care(self._stack, self._admin, DISTRICT).tell(somebody_in_two_places(self._stack, DISTRICT))
        Coaches(self._stack, co_taught(self._stack, DISTRICT)).tell()
        self._strangers()

    def _begin(self) -> None:
        chapter("A district is registered and authorises us in Clever")
        self._stack.control({"reset": True})
        self._stack.wipe(DISTRICT)
        service = wiring.registration()
        now = settings().clock().now()
        service.register(DISTRICT, name="Harbor Unified", time_zone="America/New_York", actor="operator", now=now)
        # The stack's own schedule is at work as well: keep it from starting the night in the middle of the story.
        service.change_settings(DISTRICT, {"nights": [_other_day(now)]}, actor="operator", now=now)
        expect("state after registration (D-06)", service.get(DISTRICT).state, "invited")
        discover(self._stack)
        expect("state once its token is in Clever's list (D-01)", service.get(DISTRICT).state, "onboarding")
        self._admin = signed_in(self._stack, "admin@harbor.example", DISTRICT)
        expect("its first admin reads it over the API", self._get("")["state"], "onboarding")
        changed = self._admin.call("PATCH", PATH, {"settings": {"email_domains": ["harbor.example"]}})
        expect("and sets the district's e-mail domains (D-02)", changed.status, 200)

    def _onboarding(self) -> None:
        chapter("Until it is live, runs only plan: the readiness report (P-09)")
        run = run_on_demand(self._admin, DISTRICT)
        expect("the first run", (run["state"], run["written"]), ("planned", 0))
        expect("people stored meanwhile", self._people(), 0)
        items = self._get("/readiness")["items"]
        rows = [(item["status"], item["item"], item["total"], item["problems"]) for item in items]
        table(("status", "item", "looked at", "to mend"), rows)
        found = {item["item"]: item["findings"] for item in items}
        expect("addresses that several records claim (A-05)", found["several_addresses"]["address_duplicate"], 4)
        expect("sections with two teachers too many (S-02)", self._finding("too_many_teachers")["label"] != "", True)
        tell("For instance: " + " ".join(self._finding("student_without_class")[part] for part in ("what", "mend")))

    def _first_night(self) -> None:
        chapter("It goes live; at night the dispatcher starts the sync (S-05)")
        expect("go-live", self._admin.call("POST", f"{PATH}/go-live", {}).status, 200)
        self._admin.call("PATCH", PATH, {"settings": {"nights": None}})
        run = run_tonight(self._stack, DISTRICT)
        if run is None:
            tell("(tonight's execution was started by an earlier telling of today: started by hand instead)")
            run = self._execute()
        expect("the night's run", run.state, "succeeded")
        rows = [(kind, run.counts[kind]) for kind in ("school", "term", "person", "class", "membership")]
        table(("stored", "records"), rows)
        expect("people in the table", self._people(), run.counts["person"])
        self._look_at_quirks(self._stack.roster())

    def _look_at_quirks(self, roster: Items) -> None:
        known = {name: quirk.ids[0] for name, quirk in quirks().items()}

        def is_class(quirk: str) -> bool:
            return f"C#D#{DISTRICT}#{known[quirk]}|CLASS" in roster

        teachers = [key for key in roster if key.startswith(f"C#D#{DISTRICT}#{known['twelve_teachers']}|T#")]
        expect("teachers of the section that named twelve (S-02)", len(teachers), 10)
        expect("is 'Band' a class? (S-04)", is_class("name_band"), False)
        expect("is 'Language Arts 5'? (S-04)", is_class("kept_language_arts"), True)
        expect("is a section of last term? (S-01)", is_class("ended_term"), False)
        staff = roster[f"D#{DISTRICT}#P#{known['staff_of_one_school']}|PERSON"]
        expect("a staff member administers (S-03)", staff["admin"]["S"], "schools")
        parents = sum(f"#P#{parent}|" in key for key in roster for parent in quirks()["contacts"].ids)
        expect("parents stored (S-18)", parents, 0)

    def _quiet_night(self) -> None:
        chapter("A night without change writes nothing but its own record (S-12)")
        before = self._stack.roster()
        run = self._execute()
        expect("the run", (run.state, run.written), ("succeeded", 0))
        expect("the roster is byte for byte as it was", self._stack.roster() == before, True)

    def _change(self) -> None:
        chapter("A student changes classes at school; the next run follows (S-10)")
        student, old, new = somebody_in_two_places(self._stack, DISTRICT)
        self._stack.control({"move": {"student": student, "from": old, "to": new}})
        run = self._execute()
        expect("what changed", run.changes, {"membership": {"create": 1, "remove": 1}})
        plan = self._get(f"/runs/{run.run}/plan")["items"]
        table(("kind", "op", "id"), [(change["kind"], change["op"], change["id"]) for change in plan])
        roster = self._stack.roster()
        expect("in the new class", f"C#D#{DISTRICT}#{new}|S#{student}" in roster, True)
        expect("in the old one", f"C#D#{DISTRICT}#{old}|S#{student}" in roster, False)

    def _faults(self) -> None:
        chapter("Clever fails, answers half, or answers nothing: nothing is changed (S-07)")
        before = self._stack.roster()
        for kind, path in (("truncated", "/users"), ("401", "/sections"), ("empty", "/users"), ("html404", "/schools")):
            self._stack.control({"fault": {"path": path, "kind": kind, "times": 1}})
            run = self._execute()
            expect(f"{kind} on {path}", run.state, "failed")
            tell(f"because: {', '.join(run.reasons)}")
        expect("the roster is byte for byte as it was", self._stack.roster() == before, True)

    def _strangers(self) -> None:
        chapter("Nobody else gets in (X-01, X-02, X-06)")
        expect("an unknown district", self._admin.call("GET", STRANGER).status, 404)
        other = signed_in(self._stack, "somebody@elsewhere.example")
        expect("somebody else's district", other.call("GET", PATH).status, 404)
        expect("without a token", Api(self._stack.names["api_url"]).call("GET", PATH).status, 401)
        wrong = self._admin.call("PATCH", PATH, {"settings": {"term_lead_days": -1}})
        expect("malformed settings", (wrong.status, wrong.body["field"]), (422, "settings.term_lead_days"))

    def _execute(self) -> Run:
        return self._stack.execute(DISTRICT)[1]

    def _get(self, path: str) -> Any:
        return self._admin.call("GET", PATH + path).body

    def _finding(self, code: str) -> dict[str, str]:
        first: dict[str, str] = self._get(f"/findings?code={code}&limit=1")["items"][0]
        return first

    def _people(self) -> int:
        return sum(key.endswith("|PERSON") for key in self._stack.items("DistrictsTable"))


def _other_day(now: datetime) -> str:
    """A weekday that is neither today nor next to it."""
    return WEEK[(now.weekday() + 3) % len(WEEK)]
