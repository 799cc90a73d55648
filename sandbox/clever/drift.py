"""`python -m sandbox.clever.drift`: what a school week does to a roster, through the control API.

Every weekday people are edited; on Tuesday and Thursday students change section; on Friday co-teachers and one
primary change, one teacher comes and one goes. Counts are those of a district of 33,621 students, scaled, at least 1.
"""

import argparse
import random
from collections import Counter

from .client import Client
from .collection import Record
from .names import FAMILY, GIVEN

_MEASURED = 33_621
_SPARE = 3  # sections looked at for each move: some have no neighbour
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


class Week:
    """Drifts one district day by day; the same seed on the same roster does the same."""

    def __init__(self, client: Client, seed: int) -> None:
        self.client, self.draw = client, random.Random(seed)
        self.done: Counter[str] = Counter()
        self._scale: float = client.status["counts"]["users"] / _MEASURED

    def day(self, name: str) -> Counter[str]:
        """What changed on that day, by kind of change; ends with the district's own sync."""
        self.done = Counter()
        self._contacts()
        self._students()
        if name in {"Tuesday", "Thursday"}:
            self._moves()
        if name == "Friday":
            self._teachers()
        self.client.order("synced")
        return self.done

    def _times(self, measured: int) -> int:
        return max(1, round(measured * self._scale))

    def _contacts(self) -> None:
        for row in self.client.sample(self.draw, "users", self._times(6), role="contact"):
            phone = f"(555) 555-{self.draw.randrange(10_000):04}"
            self._order("edit", kind="users", id=row["id"], merge={"roles": {"contact": {"phone": phone}}})

    def _students(self) -> None:
        for row in self.client.sample(self.draw, "users", self._times(4), role="student"):
            name = {"first": self.draw.choice(GIVEN), "last": row["name"]["last"]}
            self._order("rename", kind="users", id=row["id"], name=name)

    def _moves(self) -> None:
        wanted = self._times(4)
        for section in self.client.sample(self.draw, "sections", wanted * _SPARE):
            if self.done["move"] == wanted:
                return
            student, targets = self._member(section), self._beside(section)
            if student and targets:
                self._order("move", student=student, **{"from": section["id"], "to": self.draw.choice(targets)})

    def _beside(self, section: Record) -> list[str]:
        """Sections of the same school and term among the next ones."""
        rows = self.client.rows("sections", limit=50, starting_after=section["id"])
        place = section["school"], section["term_id"]
        return [row["id"] for row in rows if (row["school"], row["term_id"]) == place]

    def _member(self, section: Record) -> str | None:
        """A student of the section whom the users list knows."""
        known = {row["id"] for uid in section["students"][:1] for row in self._near(uid)}
        return next((uid for uid in section["students"] if uid in known), None)

    def _near(self, user: str) -> list[Record]:
        before = f"{int(user, 16) - 1:024x}"
        return self.client.rows("users", limit=50, starting_after=before, role="student")

    def _teachers(self) -> None:
        teachers = [row["id"] for row in self.client.sample(self.draw, "users", self._times(3), role="teacher")]
        for section in self.client.sample(self.draw, "sections", self._times(2)):
            self._order("co_teacher", section=section["id"], add=self.draw.choice(teachers))
        for section in self.client.sample(self.draw, "sections", self._times(1)):
            self._order("teacher", section=section["id"], teacher=self.draw.choice(teachers))
        for school in self.client.sample(self.draw, "schools", self._times(1)):
            first, last = self.draw.choice(GIVEN), self.draw.choice(FAMILY)
            email = f"new.{self.draw.randrange(10**9)}@harbor.example"
            self._order("hire", school=school["id"], first=first, last=last, email=email)
        for row in self.client.sample(self.draw, "users", self._times(1), role="teacher"):
            self._order("unshare", kind="users", id=row["id"])

    def _order(self, name: str, /, **args: object) -> None:
        self.client.order(name, **args)
        self.done[name] += 1


def main() -> None:
    """Let so many weeks pass and say what each day changed."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.clever.drift", description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8790")
    parser.add_argument("--weeks", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--district", help="district id; the first when left out")
    given = parser.parse_args()
    week = Week(Client(given.url, given.district), given.seed)
    for number in range(given.weeks):
        for name in _DAYS:
            done = ", ".join(f"{count} {kind}" for kind, count in week.day(name).items())
            print(f"week {number + 1} {name}: {done}", flush=True)


if __name__ == "__main__":
    main()
