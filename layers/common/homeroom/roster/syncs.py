"""What is in force in a district's sync: who has the lease, which roster stands, which plan waits (S-10, S-11)."""

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Promoted(BaseModel):
    """The roster in force: the run that made it, where its files lie, and what the next plan compares with.

    `snapshot` is where the source's rows lie that it was made of, if not at `prefix`. `due` is the first local date
    (`YYYY-MM-DD`) on which a plan comes out otherwise although nothing changed at the source: a grace, a class's last
    day, or the term of one without section is over; "" for none. `undone` is a run whose changes were just taken back
    (0: none), and which the source may still ask for. `cursor` is the last event that it takes in, "" when the next run
    must read everything.
    """

    model_config = ConfigDict(frozen=True)

    run: int = 0
    made_at: datetime = NEVER
    prefix: str = ""
    fingerprint: str = ""
    sourced: dict[str, int] = {}
    cursor: str = ""
    snapshot: str = ""
    due: str = ""
    undone: int = 0

    @property
    def rows(self) -> str:
        """The prefix of the source's rows."""
        return self.snapshot or self.prefix


class Waiting(BaseModel):
    """The latest plan that was held: its run, what it was made of, and whether a person has rejected it (S-10).

    A plan that would come out the same is not made again: `fingerprint` and `due` as in Promoted.
    """

    model_config = ConfigDict(frozen=True)

    run: int
    fingerprint: str = ""
    due: str = ""
    rejected: bool = False


class Sync(BaseModel):
    """A district's sync. `holder` is the run that has the lease (0: none), until `held_until`.

    `execution` is what the holder runs in. `applying` is a run whose plan was being written and is not promoted yet
    (0: none): it must be finished before anything else is planned. `waiting` is the plan that a person may decide on,
    or has rejected; a later plan takes its place.
    """

    model_config = ConfigDict(frozen=True)

    counter: int = 0
    version: int = 0
    holder: int = 0
    held_until: datetime = NEVER
    execution: str = ""
    applying: int = 0
    promoted: Promoted = Promoted()
    waiting: Waiting | None = None

    def held(self, now: datetime) -> bool:
        """Whether somebody has the lease."""
        return bool(self.holder) and now < self.held_until
