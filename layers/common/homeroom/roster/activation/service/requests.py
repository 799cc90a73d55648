"""A teacher's word for students of their class whose mail does not reach them (A-04)."""

from datetime import datetime
from typing import NamedTuple

from homeroom.accounts.account import Account
from homeroom.accounts.linking import Stamp
from homeroom.accounts.store.profiles import ProfileStore
from homeroom.classes.ids import ClassId
from homeroom.classes.rules.joins import NobodyWaits
from homeroom.classes.service.sight import Sight
from homeroom.roster.activation.model import Evidence, Request
from homeroom.roster.activation.refusals import OwnerConfirms
from homeroom.roster.activation.service import Activations
from homeroom.roster.activation.service.codes import plain_student
from homeroom.roster.activation.store import FactStore
from homeroom.roster.activation.store.requests import RequestStore

ASK_AGAIN = "Have them ask once more by the class's code: they are shown what the district will see."


class Requested(NamedTuple):
    """Somebody who says that they are a student of the class: the student, and what their account is called, or ""."""

    request: Request
    student: str
    name: str


class ActivationRequests:
    """Shows and settles the requests that wait in district classes. Each asks for the teacher's standing first."""

    def __init__(
        self, sight: Sight, requests: RequestStore, activations: Activations, facts: FactStore, profiles: ProfileStore
    ) -> None:
        self._sight, self._requests, self._activations = sight, requests, activations
        self._facts, self._profiles = facts, profiles

    def waiting(self, teacher: Account, klass: ClassId, now: datetime) -> list[Requested]:
        """Who waits, the longest first. Raises what `Sight.require` raises. Carries out A-04."""
        self._sight.require(teacher, klass, "joins", now)
        found = self._requests.waiting(klass, now)
        records = self._facts.records(one.end for one in found)
        accounts = self._profiles.many(one.account for one in found)
        return [
            Requested(one, records[one.end].name, accounts[one.account].name)
            for one in found
            if one.end in records and one.account in accounts
        ]

    def approve(self, teacher: Account, klass: ClassId, account: str, stamp: Stamp) -> None:
        """Link an account to the student whom the teacher knows it to be; who is linked to one already, stays so.

        Raises NobodyWaits, also for who has come to be more than a student; OwnerConfirms for an account that has come
        to have activity of its own; what activation refuses with, what `Sight.require` raises, StoreBusy. Carries out
        A-04, X-03, X-04.
        """
        request, asking = self._asked(teacher, klass, account, stamp.at)
        if request is None:
            if not any(self._facts.is_student(end, klass) for end in asking.links):
                raise NobodyWaits
            return
        if not self._facts.is_student(request.end, klass):
            raise NobodyWaits
        # As Clever would: by the record, whoever has its address.
        evidence = Evidence(clever=request.end, district=klass.of, told=True)
        for found in self._activations.decide(asking, evidence):
            if found.verdict != "linked" and not plain_student(found):
                raise NobodyWaits
            if found.verdict == "confirm" and not request.agreed:
                raise OwnerConfirms(ASK_AGAIN)
        self._activations.confirm(asking, evidence, request.end, stamp, by="teacher")
        self._requests.drop(klass, account)

    def reject(self, teacher: Account, klass: ClassId, account: str, stamp: Stamp) -> None:
        """Turn somebody away who waits. Raises NobodyWaits, what `Sight.require` raises. Carries out A-04."""
        request, _ = self._asked(teacher, klass, account, stamp.at)
        if request is None:
            raise NobodyWaits
        self._requests.drop(klass, account)

    def _asked(self, teacher: Account, klass: ClassId, account: str, now: datetime) -> tuple[Request | None, Account]:
        self._sight.require(teacher, klass, "confirm", now)
        # Nothing is kept under what is no id of anybody's, and DynamoDB refuses a key that is too long.
        asking = self._profiles.get(account)
        if asking is None:
            raise NobodyWaits
        return self._requests.get(klass, account, now), asking
