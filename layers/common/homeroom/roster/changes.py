"""A plan's changes: what a run would do to the roster, one by one, with before and after (S-10)."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

ChangeKind = Literal["school", "term", "person", "class", "membership"]
CHANGE_KINDS: tuple[ChangeKind, ...] = ("school", "term", "person", "class", "membership")
ChangeOp = Literal["create", "update", "remove", "restore", "end", "freeze"]


class Change(BaseModel):
    """One change. `before` and `after` are whole entries as JSON objects without defaults, None where there is none.

    A class's objects are without its members, each of whom has a change of their own.

    Of a membership, `id` is `<section>/<T# or S#><person>` and the objects hold its role. `end` is a class whose term
    has ended: no removal (S-01); of a person, that their grace is over (S-14). `freeze` is a class whose section is
    gone and that stands as it is until its last day (S-15). A removed class takes its memberships with it, without a
    change for each.
    """

    model_config = ConfigDict(frozen=True, cache_strings="keys")

    kind: ChangeKind
    op: ChangeOp
    id: str
    school: str = ""
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None

    def differences(self) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        """Before and after of an update, only in the fields that differ; of everything else, whole."""
        if self.before is None or self.after is None:
            return self.before, self.after
        before, after = self.before, self.after
        fields = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        return {name: before.get(name) for name in fields}, {name: after.get(name) for name in fields}
