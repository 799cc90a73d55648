"""Services of classes that several functions need, put together from the environment, and only those asked for."""

from typing import TYPE_CHECKING

from homeroom.runtime import aws
from homeroom.runtime.settings import settings

if TYPE_CHECKING:
    from homeroom.accounts.store.profiles import ProfileStore
    from homeroom.classes.service.accept import Accepting
    from homeroom.classes.service.entrance import Entrance
    from homeroom.classes.service.invitation_letters import InvitationLetters
    from homeroom.classes.service.received import Receiving
    from homeroom.classes.service.transfer_letters import TransferLetters
    from homeroom.classes.store.acceptances import AcceptanceStore
    from homeroom.classes.store.codes import CodeStore
    from homeroom.classes.store.seats import SeatStore

# Imports are inside: each function pays at its start only for what it does.
# ruff: noqa: PLC0415


def accepting() -> "Accepting":
    """The answers of the invited."""
    from homeroom.accounts.service.callers import Callers
    from homeroom.classes.service.accept import Accepting

    return Accepting(Callers(profiles()), acceptances(), co_teaching=settings().independent_co_teaching)


def receiving() -> "Receiving":
    """What somebody is invited to."""
    from homeroom.accounts.service.callers import Callers
    from homeroom.classes.service.received import Receiving

    co_teaching = settings().independent_co_teaching
    return Receiving(Callers(profiles()), profiles(), acceptances(), co_teaching=co_teaching)


def invitation_letters() -> "InvitationLetters":
    """The letters of invitations."""
    import os

    from homeroom.classes.service.invitation_letters import InvitationLetters

    return InvitationLetters(
        acceptances(), profiles(), front_end=settings().need("front_end_url"), now=settings().clock().now,
        randomness=os.urandom,
    )  # fmt: skip


def transfer_letters() -> "TransferLetters":
    """The letters of classes that are to change hands."""
    from homeroom.accounts.directory import Directory
    from homeroom.classes.service.transfer_letters import TransferLetters
    from homeroom.classes.store.classes import Tables
    from homeroom.classes.store.rolls import RollStore
    from homeroom.classes.store.transfers import TransferStore

    found = settings()
    tables = Tables(found.need("classes_table"), found.need("users_table"))
    return TransferLetters(
        TransferStore(tables, aws.dynamodb()), RollStore(tables.classes, aws.dynamodb()), profiles(),
        Directory(aws.cognito, found.need("user_pool_id")).address,
        front_end=found.need("front_end_url"), now=found.clock().now,
    )  # fmt: skip


def acceptances() -> "AcceptanceStore":
    """Answers to invitations."""
    from homeroom.classes.store.acceptances import AcceptanceStore

    return AcceptanceStore(seats(), profiles(), aws.dynamodb())


def entrance() -> "Entrance":
    """Who tries codes, and how often they were wrong."""
    from homeroom.classes.service.entrance import Entrance
    from homeroom.runtime.counters import Counters

    counters = Counters(settings().need("transient_table"), aws.dynamodb())
    return Entrance(profiles(), codes(), counters, aws.dynamodb())


def codes() -> "CodeStore":
    """Codes, in the classes table."""
    from homeroom.classes.store.codes import CodeStore

    return CodeStore(settings().need("classes_table"), aws.dynamodb())


def seats() -> "SeatStore":
    """Places in classes."""
    from homeroom.classes.store.seats import SeatStore

    return SeatStore(settings().need("classes_table"), profiles(), aws.dynamodb())


def profiles() -> "ProfileStore":
    """Accounts, in the users table."""
    from homeroom.accounts.store.profiles import ProfileStore

    return ProfileStore(settings().need("users_table"), aws.dynamodb())
