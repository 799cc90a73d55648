"""What every command is given, and how it comes by the services that it calls."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, TextIO

import boto3

from homeroom.accounts.service import AccountService
from homeroom.accounts.store import AccountStore
from homeroom.roster import wiring
from homeroom.roster.service.decisions import DecisionService
from homeroom.roster.service.registration import DistrictService
from homeroom.roster.service.runs import RunService
from homeroom.roster.store.districts import DistrictStore
from homeroom.runtime import aws
from homeroom.runtime.clock import Clock
from homeroom.runtime.settings import settings
from ops.output import Output
from ops.stack import Stack

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient


@dataclass(frozen=True)
class Context:
    """The stack at hand, who works on it, and where to print.

    `text` is the standard input, `command` the id of this one command.
    """

    out: Output
    stack: Stack
    actor: str
    clock: Clock
    text: TextIO
    command: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def cause(self) -> str:
        """What the audit log names as the reason: this one command. Carries out X-04."""
        return f"command:{self.command}"

    def now(self) -> datetime:
        """The present moment."""
        return self.clock.now()

    def district_store(self) -> DistrictStore:
        """Districts, as kept."""
        return wiring.districts()

    def districts(self) -> DistrictService:
        """Districts, as changed."""
        return wiring.registration()

    def runs(self) -> RunService:
        """Runs, started and looked at."""
        return wiring.runs()

    def decisions(self) -> DecisionService:
        """Decisions on runs."""
        return wiring.decisions()

    def accounts(self) -> AccountService:
        """Grants."""
        return AccountService(AccountStore(settings().need("users_table")))

    def cognito(self) -> "CognitoIdentityProviderClient":
        """The user pool's client."""
        return boto3.client("cognito-idp", config=aws.config())
