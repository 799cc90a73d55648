"""Clever ids: 24 hex digits, the first eight a time, so ids of one kind ascend with their index."""

import hashlib
import re

_STARTS = {
    "district": 0x5F000000,
    "school": 0x5F100000,
    "term": 0x5F200000,
    "course": 0x5F300000,
    "section": 0x5F400000,
    "student": 0x5F500000,
    "teacher": 0x5F600000,
    "staff": 0x5F700000,
    "district_admin": 0x5F780000,
    "contact": 0x5F800000,
    "fresh": 0x66000000,
    "unknown": 0x6F000000,
}
_OBJECT_ID = re.compile(r"[0-9a-f]{24}")


def prefix(what: str, district: int) -> str:
    """The first 12 digits that all ids of one thing in one district share."""
    return f"{_STARTS[what]:08x}{district:04x}"


def object_id(what: str, district: int, index: int) -> str:
    """The id of the `index`-th `what` of the `district`-th district; the same for every seed."""
    return f"{prefix(what, district)}{index:012x}"


def is_object_id(text: str) -> bool:
    """Whether the text has the form of a Clever id."""
    return _OBJECT_ID.fullmatch(text) is not None


def token(district: int, rotation: int = 0) -> str:
    """The 40-digit bearer token of a district; another one after each rotation."""
    return hashlib.sha256(f"sandbox token {district}.{rotation}".encode()).hexdigest()[:40]


def mix(seed: int, *parts: int) -> int:
    """A 31-bit number that depends on every argument, the same on every machine."""
    value = seed & 0x7FFFFFFF
    for part in parts:
        value = (value ^ part) * 0x45D9F3B & 0x7FFFFFFFF
        value ^= value >> 16
    return value & 0x7FFFFFFF
