"""Reads coordinates as people type them and tells whether they can be in Italy; pure."""

import re
from enum import StrEnum

SOUTH, WEST, NORTH, EAST = 35.2, 6.5, 47.2, 18.7
"""The box that holds all of Italy, Lampedusa included; it lets some neighbours in."""

_DEGREES = re.compile(r"[+-]?\d{1,3}(?:[.,]\d+)?\s*°?")


class Doubt(StrEnum):
    """Why a pair of coordinates is not believed."""

    ZERO = "zero"
    SWAPPED = "swapped"
    OUTSIDE = "outside"


def read_degrees(typed: str) -> float | None:
    """Return degrees written with a decimal point or comma; None when it is no such number."""
    typed = typed.strip()
    if not _DEGREES.fullmatch(typed):
        return None
    return float(typed.rstrip("° ").replace(",", "."))


def in_italy(lat: float, lon: float) -> bool:
    """Tell whether the point may be in Italy."""
    return SOUTH <= lat <= NORTH and WEST <= lon <= EAST


def doubt_about(lat: float, lon: float) -> Doubt | None:
    """Return why a point is not believed, or None when it may be right."""
    if in_italy(lat, lon):
        return None
    if abs(lat) < 0.01 and abs(lon) < 0.01:
        return Doubt.ZERO
    return Doubt.SWAPPED if in_italy(lon, lat) else Doubt.OUTSIDE
