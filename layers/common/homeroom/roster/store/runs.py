"""The ledger of runs: who may run, which run is under way, which one's roster is in force (S-11).

`D#<district>` / `SYNC`             one item: the run counter, the lease, the run being applied, the promoted roster
              / `RUN#<8 digits>`   one run; if it changed the roster, with an audit row: the rest is in its plan (X-04)
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError

from homeroom.roster.runs import FINISHED, Run, RunInProgress
from homeroom.roster.store.items import district_pk
from homeroom.roster.syncs import Sync
from homeroom.runtime.audit import AuditItem, Change
from homeroom.runtime.dynamo import TableMeta, TableModel, bind
from homeroom.runtime.errors import Conflict, NotFound
from homeroom.runtime.pages import Page, decode_number, encode_cursor
from homeroom.runtime.transact import put, transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# Between a run's beginning over the API and its execution's own first step lie seconds.
UNSTARTED = timedelta(minutes=10)
# The state machine ends after two hours; the longest function runs 15 minutes; a minute for clocks that differ.
LEASE = timedelta(hours=2, minutes=16)
# After a failed apply, a worker that lost its caller may go on for as long as its own time-out: two minutes.
APPLY_DRAIN = timedelta(minutes=3)
UNFINISHED = ("running", "applying")


class LeaseLost(Conflict):
    """The run no longer has the district's lease: another may be under way."""

    code = "lease_lost"
    title = "The run was overtaken by another"


class SyncItem(TableModel):
    """`SYNC`: written only by the run that holds, takes or gives back the lease."""

    class Meta(TableMeta):
        pass

    body = UnicodeAttribute()
    version = NumberAttribute()


class RunItem(TableModel):
    """`RUN#<8 digits>`."""

    class Meta(TableMeta):
        pass

    state = UnicodeAttribute()
    body = UnicodeAttribute()


class RunAudit(AuditItem):
    """`AUDIT#<rfc3339>#<id>`: that a run changed the roster, or what a person decided of one (X-04)."""

    class Meta(TableMeta):
        pass


class RunStore:
    """Runs and the lease, in the districts table."""

    def __init__(self, table_name: str, client: "DynamoDBClient") -> None:
        self._table, self._client = table_name, client
        bind(table_name, SyncItem, RunItem, RunAudit)

    def sync(self, district: str) -> Sync:
        """The district's sync as it is now (a consistent read); a fresh one when it never ran."""
        found = next(iter(SyncItem.query(district_pk(district), SyncItem.sk == "SYNC", consistent_read=True)), None)
        return Sync.model_validate_json(found.body) if found else Sync()

    def get(self, district: str, run: int) -> Run:
        """One run. Raises NotFound."""
        key = _run_sk(run)
        found = next(iter(RunItem.query(district_pk(district), RunItem.sk == key, consistent_read=True)), None)
        if found is None:
            raise NotFound("This district has no such run.")
        return Run.model_validate_json(found.body)

    def newest_first(self, district: str, before: int | None = None) -> Iterator[Run]:
        """Every run of the district, the latest first; with `before`, only the runs with a lower number."""
        edge = RunItem.sk.startswith("RUN#") if before is None else RunItem.sk.between("RUN#", _run_sk(before - 1))
        for item in RunItem.query(district_pk(district), edge, scan_index_forward=False, consistent_read=True):
            yield Run.model_validate_json(item.body)

    def page(self, district: str, limit: int, cursor: str | None, state: str | None = None) -> Page[Run]:
        """Some runs, the latest first, only those in a state if one is given. Raises InvalidInput for a malformed
        cursor.
        """
        scope = f"runs:{district}:{state}" if state else f"runs:{district}"
        runs = self.newest_first(district, decode_number(scope, cursor))
        found = list(islice((run for run in runs if state in {None, run.state}), limit + 1))
        if len(found) <= limit:
            return Page(found)
        return Page(found[:limit], encode_cursor(scope, str(found[limit - 1].run)))

    def begin(
        self,
        district: str,
        *,
        execution: str,
        now: datetime,
        audit: Callable[[Run], Change] | None = None,
        **known: Any,
    ) -> Run:
        """Take the lease and open the next run's record, both or neither; `known` are further fields of the run.

        `audit` gives the row of a run whose very beginning is audited (X-04). Asked again by the same execution, it
        gives the run that this one has already. Raises RunInProgress.
        """
        sync = self.sync(district)
        if sync.held(now):
            return self._own(district, sync, execution)
        number = sync.counter + 1
        run = Run.model_validate({"district": district, "run": number, "state": "running", "started_at": now, **known})
        lease = {"holder": number, "held_until": now + (LEASE if execution else UNSTARTED), "execution": execution}
        taken = sync.model_copy(update={"counter": number, **lease})
        if not self._write(district, sync, taken, run, self._row(run, audit(run) if audit else None)):
            # Another was quicker, or it was our own write whose answer was lost.
            return self._own(district, self.sync(district), execution)
        self.bury(district, sync.holder, now)
        return run

    def bury(self, district: str, holder: int, now: datetime) -> None:
        """Close the record of a run whose lease ran out and was taken: it was killed, and nobody could say so then."""
        if holder and (dead := self.get(district, holder)).state not in FINISHED:
            self.note(dead.model_copy(update={"state": "failed", "finished_at": now, "reasons": ("lease_expired",)}))

    def _own(self, district: str, sync: Sync, execution: str) -> Run:
        """The run that an execution has the lease with. Raises RunInProgress when it is another's."""
        if sync.holder and execution and sync.execution == execution:
            return self.get(district, sync.holder)
        raise _in_progress(sync.holder or sync.counter)

    def record(self, run: Run, sync: Sync, audit: Change | None = None, **changes: Any) -> None:
        """Write a run's record, the sync's state and an audit row, all or none, if the sync is still as it was read.

        Raises LeaseLost when it is not.
        """
        if not self._write(run.district, sync, sync.model_copy(update=changes), run, self._row(run, audit)):
            raise LeaseLost

    def _row(self, run: Run, audit: Change | None) -> Sequence[Any]:
        return () if audit is None else (put(self._table, RunAudit.written(district_pk(run.district), audit)),)

    def note(self, run: Run) -> None:
        """Write a run's record alone, the lease staying as it is; one that has ended already is left as it ended."""
        item = RunItem(district_pk(run.district), _run_sk(run.run), state=run.state, body=run.model_dump_json())
        try:
            item.save(condition=RunItem.state.is_in(*UNFINISHED))
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise

    def supersede(self, district: str, run: int, reason: str = "") -> bool:
        """Close a held run whose plan is out of date; one that was decided on, or is closed already, stays as it is.

        Whether it is superseded then, now or before. Raises NotFound.
        """
        old = self.get(district, run)
        if old.state != "held" or old.decision:
            return old.state == "superseded"
        reasons = (*old.reasons, reason) if reason else old.reasons
        new = old.model_copy(update={"state": "superseded", "reasons": reasons})
        item = RunItem(district_pk(district), _run_sk(run), state=new.state, body=new.model_dump_json())
        try:
            item.save(condition=RunItem.state == "held")
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            # Somebody decided on it meanwhile, or it was our own write whose answer was lost.
            return self.get(district, run).state == "superseded"
        return True

    def _write(self, district: str, old: Sync, new: Sync, run: Run, more: Sequence[Any] = ()) -> bool:
        new = new.model_copy(update={"version": old.version + 1})
        pk = district_pk(district)
        unchanged = "attribute_not_exists(pk) OR version = :old" if not old.version else "version = :old"
        actions = [
            put(self._table, SyncItem(pk, "SYNC", body=new.model_dump_json(), version=new.version), unchanged,
                {":old": {"N": str(old.version)}}),
            put(self._table, RunItem(pk, _run_sk(run.run), state=run.state, body=run.model_dump_json())),
            *more,
        ]  # fmt: skip
        return not transact(self._client, actions)


def _run_sk(run: int) -> str:
    return f"RUN#{run:08d}"


def _in_progress(run: int) -> RunInProgress:
    return RunInProgress(f"Run {run} of this district is under way; wait until it has ended.", run=str(run))
