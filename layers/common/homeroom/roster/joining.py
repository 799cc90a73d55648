"""Joining by code, put together from the environment: classes ask the rosters about codes of district classes."""

from typing import TYPE_CHECKING

from homeroom.runtime import aws
from homeroom.runtime.settings import settings

if TYPE_CHECKING:
    from homeroom.classes.service.district_codes import Activating, DistrictCodes
    from homeroom.classes.service.entrance import Entrance
    from homeroom.classes.service.join import JoinService
    from homeroom.classes.service.preview import PreviewService
    from homeroom.classes.service.rosters import Rosters
    from homeroom.classes.store.codes import CodeStore
    from homeroom.classes.store.seats import SeatStore
    from homeroom.classes.store.standings import StandingStore

# Imports are inside: a function pays at its start only for what it does.
# ruff: noqa: PLC0415


def joins() -> "JoinService":
    """Codes, to join by."""
    from homeroom.classes.service.join import JoinService

    return JoinService(entrance(), codes(), seats(), district_codes(), aws.dynamodb())


def previews() -> "PreviewService":
    """Codes, to be looked at."""
    from homeroom.classes.service.preview import PreviewService

    return PreviewService(entrance(), seats(), district_codes())


def entrance() -> "Entrance":
    """Who tries codes, and how often they were wrong."""
    from homeroom.classes import wiring
    from homeroom.classes.service.entrance import Entrance
    from homeroom.runtime.counters import Counters

    counters = Counters(settings().need("transient_table"), aws.dynamodb())
    return Entrance(wiring.profiles(), codes(), counters, aws.dynamodb())


def district_codes() -> "DistrictCodes":
    """Codes of district classes. Nothing of a roster is read before one is tried."""
    from homeroom.classes.service.district_codes import DistrictCodes

    return DistrictCodes(standings, rosters, activations)


def standings() -> "StandingStore":
    """Classes, as they stand."""
    from homeroom.classes.store.standings import StandingStore

    return StandingStore(settings().need("classes_table"), aws.dynamodb())


def codes() -> "CodeStore":
    """Codes, in the classes table."""
    from homeroom.classes.store.codes import CodeStore

    return CodeStore(settings().need("classes_table"), aws.dynamodb())


def seats() -> "SeatStore":
    """Places in classes."""
    from homeroom.classes import wiring
    from homeroom.classes.store.seats import SeatStore

    return SeatStore(settings().need("classes_table"), wiring.profiles(), aws.dynamodb())


def rosters() -> "Rosters":
    """People of districts."""
    from homeroom.roster.store.rosters import RosterPeople

    return RosterPeople(settings().need("districts_table"), aws.dynamodb())


def activations() -> "Activating":
    """Activation by a class's code."""
    from homeroom.roster import linking

    return linking.activations()
