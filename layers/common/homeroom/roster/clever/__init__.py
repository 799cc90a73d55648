"""Clever behind the port RosterSource (Data API v3.0 and v3.1)."""

from homeroom.roster.clever.api import CleverApi, Credentials, Timing
from homeroom.roster.clever.source import CleverSource
from homeroom.roster.clever.tokens import DistrictToken, TokenList

__all__ = ["CleverApi", "CleverSource", "Credentials", "DistrictToken", "Timing", "TokenList"]
