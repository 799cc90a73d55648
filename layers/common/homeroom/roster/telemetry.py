"""What a run tells its operators: logs with district and run, metrics, and errors without anybody's data (X-05)."""

import traceback
from collections.abc import Callable
from functools import wraps
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from homeroom.roster.runs import Run
from homeroom.runtime.errors import HomeroomError
from homeroom.runtime.telemetry import flush, logger, metrics

Handler = Callable[[dict[str, Any], object], dict[str, Any]]


class UnexpectedError(Exception):
    """Something failed that no rule foresaw. Its text is the type of what failed, since any other may hold names."""


def observed(handler: Handler) -> Handler:
    """A handler whose log lines carry district, run and step, whose metrics are sent, and whose errors are safe.

    An error of ours goes on without what caused it; any other becomes UnexpectedError: the Lambda runtime writes
    the text of what is raised to the log, and a validation error's text quotes the record (X-05).
    """

    @wraps(handler)
    def told(event: dict[str, Any], context: object) -> dict[str, Any]:
        known = {key: event[key] for key in ("district", "run", "step") if event.get(key)}
        logger().append_keys(**known, handler=handler.__name__)
        try:
            answer = handler(event, context)
        except HomeroomError as error:
            logger().error("failed", extra={"code": error.code})
            raise error from None
        except Exception as error:  # noqa: BLE001  nothing may leave with a text that we did not write
            logger().error("failed", extra={"code": type(error).__name__, "at": _places(error)})
            raise UnexpectedError(type(error).__name__) from None
        else:
            logger().info("done")
            return answer
        finally:
            logger().remove_keys([*known, "handler"])
            flush()

    return told


def _places(error: Exception) -> list[str]:
    return [
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)
    ]


def report(run: Run) -> None:
    """Metrics of a run that has ended: how it ended, what the roster holds now, what changed, how long it took."""
    emit = metrics().add_metric
    emit(name=f"Runs{run.state.capitalize()}", unit=MetricUnit.Count, value=1)
    if run.finished_at:
        seconds = (run.finished_at - run.started_at).total_seconds()
        emit(name="RunSeconds", unit=MetricUnit.Seconds, value=seconds)
    if run.state == "failed":
        return
    for name, kind in (("People", "person"), ("Classes", "class"), ("Memberships", "membership")):
        emit(name=name, unit=MetricUnit.Count, value=run.counts.get(kind, 0))
    for kind, changes in run.changes.items():
        emit(name=f"Changes.{kind}", unit=MetricUnit.Count, value=sum(changes.values()))
    emit(name="Findings", unit=MetricUnit.Count, value=sum(n for code, n in run.findings.items() if ":" not in code))
    emit(name="ItemsWritten", unit=MetricUnit.Count, value=run.written)


def report_disconnected(district: str, cause: str) -> None:
    """That a district's token is gone, or is refused: a line in the log, and what the alarm counts (D-03)."""
    logger().warning("disconnected", extra={"district": district, "cause": cause})
    metrics().add_metric(name="DistrictsDisconnected", unit=MetricUnit.Count, value=1)
