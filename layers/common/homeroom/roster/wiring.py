"""The roster's services, put together from the environment, once a process and only those that are asked for."""

import json
from typing import TYPE_CHECKING, Any

from homeroom.runtime import aws
from homeroom.runtime.settings import settings

if TYPE_CHECKING:
    from homeroom.roster.clever.api import CleverApi
    from homeroom.roster.clever.tokens import TokenList
    from homeroom.roster.service.announcements import Announcements
    from homeroom.roster.service.control import Control
    from homeroom.roster.service.decisions import DecisionService
    from homeroom.roster.service.discovery import DiscoveryService
    from homeroom.roster.service.hold import HoldService
    from homeroom.roster.service.machines import Machines
    from homeroom.roster.service.nights import NightService
    from homeroom.roster.service.notices import NoticeService
    from homeroom.roster.service.registration import DistrictService
    from homeroom.roster.service.runs import RunService
    from homeroom.roster.service.steps import Steps
    from homeroom.roster.source import RosterSource
    from homeroom.roster.store.districts import DistrictStore
    from homeroom.roster.store.runs import RunStore
    from homeroom.roster.store.uses import Uses
    from homeroom.roster.store.writer import Writer
    from homeroom.roster.store.writes import Tables
    from homeroom.runtime.outbox import Outbox

# Imports are inside: each function of the roster sync pays at its start only for what it does.
# ruff: noqa: PLC0415


def districts() -> "DistrictStore":
    """Registered districts."""
    from homeroom.roster.store.districts import DistrictStore

    return DistrictStore(settings().need("districts_table"), aws.dynamodb())


def registration() -> "DistrictService":
    """Registration and settings of districts."""
    from homeroom.roster.service.registration import DistrictService

    return DistrictService(districts())


def run_store() -> "RunStore":
    """The ledger of runs."""
    from homeroom.roster.store.runs import RunStore

    return RunStore(settings().need("districts_table"), aws.dynamodb())


def runs(*, start: bool = True) -> "RunService":
    """Runs as their readers see them; without `start`, for functions that may not start one."""
    from homeroom.roster.service.runs import RunService

    able = machines() if start else None
    return RunService(districts(), run_store(), s3=aws.s3, bucket=settings().roster_bucket, machines=able)


def machines() -> "Machines":
    """The state machines."""
    from homeroom.roster.service.machines import Machines

    # Each is needed by what starts on it, and a function has the ARNs of those that it may start on.
    found = settings()
    return Machines(aws.stepfunctions, sync=found.roster_state_machine_arn, hold=found.hold_state_machine_arn)


def holds() -> "HoldService":
    """Where held plans wait for a person."""
    from homeroom.roster.service.hold import HoldService
    from homeroom.roster.store.holds import HoldStore

    return HoldService(run_store(), HoldStore(settings().need("districts_table")), machines())


def decisions() -> "DecisionService":
    """What people decide of runs."""
    from homeroom.roster.service.decisions import DecisionService

    return DecisionService(run_store(), runs(), holds(), uses())


def nights() -> "NightService":
    """The nightly dispatcher."""
    from homeroom.roster.service.nights import NightService, StateMachine

    machine = StateMachine(settings().need("roster_state_machine_arn"), aws.stepfunctions)
    return NightService(districts(), machine, runs(start=False).last_finished, notices())


def notices() -> "NoticeService":
    """Districts' notices, and the runs that they ask for."""
    from homeroom.roster.service.notices import NoticeService
    from homeroom.roster.store.notices import NoticeStore

    return NoticeService(districts(), run_store(), NoticeStore(settings().need("districts_table")), machines())


def discovery() -> "DiscoveryService":
    """Discovery of authorised districts."""
    from homeroom.roster.service.discovery import DiscoveryService, probe

    return DiscoveryService(districts(), probe(source), announcements().disconnected_action)


def cut_off() -> "DistrictService":
    """Districts that lose their connection, and the mails about it."""
    from homeroom.roster.service.registration import DistrictService

    return DistrictService(districts(), announcements().disconnected_action)


def control() -> "Control":
    """The frame around a run."""
    from pathlib import Path

    from homeroom.roster.service.control import Control
    from homeroom.roster.service.control.begin import Beginning
    from homeroom.roster.service.control.fail import Failing
    from homeroom.roster.service.control.finish import Ending
    from homeroom.roster.service.control.frame import Frame
    from homeroom.roster.store.files import RunFiles

    # Control reads small objects only: nothing goes to the disk.
    runs, files = run_store(), RunFiles(aws.s3, settings().need("roster_bucket"), Path("unused"))
    frame, news, told = Frame(runs, files), notices(), announcements()
    ending = Ending(
        runs, frame, notices=news, holds=holds(),
        announce_hold=told.announce_hold, announce_joined=told.announce_joined,
    )  # fmt: skip
    beginning, failing = Beginning(districts(), runs, frame, news), Failing(runs, news, cut_off().disconnected)
    return Control(beginning.begin, ending.finish, failing.fail)


def stopped(detail: dict[str, Any]) -> dict[str, Any]:
    """EventBridge's notice that an execution ended, as an event for `control`."""
    from homeroom.roster.service.control.fail import stopped as told

    return told(detail)


def steps() -> "Steps":
    """The steps of a run."""
    from homeroom.roster.service.steps import Steps

    return Steps(districts(), run_store(), aws.s3, settings().need("roster_bucket"), uses(), settings().rehearsed())


def uses() -> "Uses":
    """Whether anybody worked in a class."""
    from homeroom.roster.store.uses import Uses

    return Uses(settings().need("districts_table"), settings().need("classes_table"))


def writer() -> "Writer":
    """The writer of chunks."""
    from homeroom.roster.store.writer import Writer

    return Writer(aws.dynamodb())


def announcements() -> "Announcements":
    """What people of a district are told."""
    from homeroom.roster.service.announcements import Announcements

    return Announcements(outbox(), districts())


def outbox() -> "Outbox":
    """Where messages are put."""
    from homeroom.runtime.outbox import Outbox

    return Outbox(settings().need("outbox_table"), aws.dynamodb())


def tables() -> "Tables":
    """The tables that chunks are written to."""
    from homeroom.classes import store as classes_store
    from homeroom.roster.store import items
    from homeroom.roster.store.writes import Tables
    from homeroom.runtime.dynamo import bind

    names = Tables(settings().need("districts_table"), settings().need("classes_table"))
    bind(names.districts, *items.MODELS)
    bind(names.classes, *classes_store.MODELS)
    return names


def clever() -> "CleverApi":
    """Where Clever is."""
    from homeroom.roster.clever.api import CleverApi

    found = settings()
    return CleverApi(
        api_url=found.clever_api_url,
        auth_url=found.clever_auth_url,
        version="v3.0" if found.clever_api_version == "v3.0" else "v3.1",
        page_size=found.clever_page_size,
        timeout_seconds=found.clever_timeout_seconds,
    )


def tokens() -> "TokenList":
    """Clever's token list, read with the application's own credentials from Secrets Manager."""
    from pydantic import SecretStr

    from homeroom.roster.clever.api import Credentials
    from homeroom.roster.clever.tokens import TokenList

    found = aws.secrets().get_secret_value(SecretId=settings().need("clever_secret_arn"))
    pair = json.loads(found["SecretString"])
    return TokenList(clever(), Credentials(pair["client_id"], SecretStr(pair["client_secret"])))


def source(district: str) -> "RosterSource":
    """A district's roster at Clever, through its own token. Raises SourceRefused when it has none."""
    from homeroom.roster.clever.source import CleverSource

    return CleverSource(clever(), tokens().for_district(district))
