"""Joining by code, put together from the environment: classes ask the rosters about codes of district classes."""

from typing import TYPE_CHECKING

from homeroom.runtime import aws
from homeroom.runtime.settings import settings

if TYPE_CHECKING:
    from homeroom.classes.service.district_codes import Activating, DistrictCodes
    from homeroom.classes.service.join import JoinService
    from homeroom.classes.service.preview import PreviewService
    from homeroom.classes.service.rosters import Rosters
    from homeroom.classes.store.standings import StandingStore

# Imports are inside: a function pays at its start only for what it does.
# ruff: noqa: PLC0415


def joins() -> "JoinService":
    """Codes, to join by."""
    from homeroom.classes import wiring
    from homeroom.classes.service.join import JoinService

    return JoinService(wiring.entrance(), wiring.codes(), wiring.seats(), district_codes(), aws.dynamodb())


def previews() -> "PreviewService":
    """Codes, to be looked at."""
    from homeroom.classes import wiring
    from homeroom.classes.service.preview import PreviewService

    return PreviewService(wiring.entrance(), wiring.seats(), district_codes())


def district_codes() -> "DistrictCodes":
    """Codes of district classes. Nothing of a roster is read before one is tried."""
    from homeroom.classes.service.district_codes import DistrictCodes

    return DistrictCodes(standings, rosters, activations)


def standings() -> "StandingStore":
    """Classes, as they stand."""
    from homeroom.classes.store.standings import StandingStore

    return StandingStore(settings().need("classes_table"), aws.dynamodb())


def rosters() -> "Rosters":
    """People of districts."""
    from homeroom.roster.store.rosters import RosterPeople

    return RosterPeople(settings().need("districts_table"), aws.dynamodb())


def activations() -> "Activating":
    """Activation by a class's code."""
    from homeroom.roster import linking

    return linking.activations()
