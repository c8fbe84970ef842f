"""Reads a point on earth however people write, copy or share it; pure.

Degrees with point or comma, degrees with minutes and seconds, `geo:` addresses, links of
OpenStreetMap, Google, Apple and Bing, and Plus Codes (whole, or short with a town to begin from).
"""

import re
from urllib.parse import unquote, urlsplit

Point = tuple[float, float]

PLUS_SIGNS = "23456789CFGHJMPQRVWX"
"""The twenty digits of a Plus Code (Open Location Code, Apache-2.0 specification by Google)."""

_PLUS = re.compile(rf"(?i)(?<!\w)([{PLUS_SIGNS}]{{2,8}})\+([{PLUS_SIGNS}]{{2,7}})?(?!\w)")
_NUMBER = r"[-+]?\d{1,3}(?:[.,]\d+)?"
_PAIR = re.compile(
    rf"^\(?\s*({_NUMBER})\s*°?\s*([NS])?\s*(?:[;/\s]|,\s|,(?=[-+]?\d+\.\d))\s*({_NUMBER})\s*°?"
    rf"\s*([EWO])?\s*\)?$",
    re.IGNORECASE,
)
_DMS = re.compile(
    r"(\d{1,3})\s*[°d]\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*['m]\s*)?(?:(\d{1,2}(?:[.,]\d+)?)\s*"
    r"(?:[\"s]|'')\s*)?([NSEWO])",
    re.IGNORECASE,
)
_SAME = str.maketrans(
    {"\u2212": "-", "\u00ba": "°", **dict.fromkeys("\u2032\u2019\u2018\u00b4", "'")}
    | dict.fromkeys("\u2033\u201d\u201c", '"')
)
"""Signs that look alike, as phones and word processors write them."""

_DOTS = r"(-?\d{1,3}\.\d+)"
_IN_LINKS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"!3d{_DOTS}!4d{_DOTS}",
        rf"[?&#](?:mlat)={_DOTS}&(?:mlon)={_DOTS}",
        rf"[?&](?:q|query|ll|destination|daddr|center|cp|sll|loc)=(?:loc:)?{_DOTS}[,~+ ]+{_DOTS}",
        rf"/@{_DOTS},{_DOTS}",
        rf"#map=\d+(?:\.\d+)?/{_DOTS}/{_DOTS}",
        rf"/(?:place|search|dir)/{_DOTS},[+ ]*{_DOTS}",
        rf"^geo:{_DOTS},{_DOTS}",
    )
)
_SHORT_LINKS = re.compile(r"https?://(?:maps\.app\.goo\.gl|goo\.gl|osm\.org/go|g\.co|bit\.ly)/")


class ShortLink(ValueError):
    """A link that says where only after it was opened, which no server of ours does."""


def read_point(typed: str, *, near: Point | None = None) -> Point | None:
    """Return latitude and longitude in degrees; None when nothing like that was written.

    Args:
        typed: what somebody wrote or pasted.
        near: from where a short Plus Code is meant, such as the middle of the town.

    Raises:
        ShortLink: a shortened link, which holds no point.
    """
    typed = unquote(typed.strip())[:2000].translate(_SAME)
    if _SHORT_LINKS.match(typed):
        raise ShortLink
    found = _linked(typed) or _pair(typed) or _sexagesimal(typed) or _plus_code(typed, near)
    return found if found and _on_earth(found) else None


def _linked(typed: str) -> Point | None:
    """Read a link; where several points stand in it, the pin goes before the middle of the map."""
    if urlsplit(typed).scheme not in {"http", "https", "geo"}:
        return None
    for pattern in _IN_LINKS:
        if found := pattern.search(typed):
            return float(found[1]), float(found[2])
    return None


def _pair(typed: str) -> Point | None:
    found = _PAIR.match(typed)
    if not found:
        return None
    lat, lon = (float(found[at].replace(",", ".")) for at in (1, 3))
    south, west = (found[2] or "").upper() == "S", (found[4] or "").upper() in {"W", "O"}
    return -abs(lat) if south else lat, -abs(lon) if west else lon


def _sexagesimal(typed: str) -> Point | None:
    """Read *41 degrees, 54 minutes N*, in either order; O is the west of Italians."""
    found = [_degrees(*one.groups()) for one in _DMS.finditer(typed)]
    lat = next((value for sign, value in found if sign in "NS"), None)
    lon = next((value for sign, value in found if sign in "EWO"), None)
    return (lat, lon) if len(found) == 2 and lat is not None and lon is not None else None


def _degrees(
    degrees: str, minutes: str | None, seconds: str | None, sign: str
) -> tuple[str, float]:
    parts = (float((part or "0").replace(",", ".")) for part in (degrees, minutes, seconds))
    whole, minute, second = parts
    value = whole + minute / 60 + second / 3600
    return sign.upper(), -value if sign.upper() in "SWO" else value


def _plus_code(typed: str, near: Point | None) -> Point | None:
    """Return the middle of a Plus Code's square, some three metres wide at ten digits."""
    found = _PLUS.search(typed)
    if not found:
        return None
    before, after = found[1].upper(), (found[2] or "").upper()
    if len(before) == 8:
        return _middle(before + after)
    if near is None or len(before) not in {4, 6}:
        return None
    return _nearest_square(before, after, near)


def _middle(digits: str) -> Point:
    lat, lon, tall, wide = -90.0, -180.0, 400.0, 400.0
    for at in range(0, min(len(digits), 10), 2):
        tall, wide = tall / 20, wide / 20
        lat += PLUS_SIGNS.index(digits[at]) * tall
        lon += PLUS_SIGNS.index(digits[at + 1]) * wide
    for digit in digits[10:]:
        tall, wide = tall / 5, wide / 4
        row, column = divmod(PLUS_SIGNS.index(digit), 4)
        lat, lon = lat + row * tall, lon + column * wide
    return round(lat + tall / 2, 7), round(lon + wide / 2, 7)


def _nearest_square(before: str, after: str, near: Point) -> Point:
    """Give a short code the beginning that brings it nearest to where it is meant from."""
    missing = 8 - len(before)
    size: float = 20.0 ** (2 - missing / 2)
    lat, lon = _middle(_beginning(near, missing) + before + after)
    return _closest(lat, near[0], size), _closest(lon, near[1], size)


def _closest(value: float, wanted: float, size: float) -> float:
    _away, nearest = min((abs(one - wanted), one) for one in (value - size, value, value + size))
    return round(nearest, 7)


def _beginning(near: Point, digits: int) -> str:
    lat, lon, written, size = near[0] + 90, near[1] + 180, "", 20.0
    for _ in range(0, digits, 2):
        row, column = int(lat // size), int(lon // size)
        written += PLUS_SIGNS[row] + PLUS_SIGNS[column]
        lat, lon, size = lat - row * size, lon - column * size, size / 20
    return written


def _on_earth(point: Point) -> bool:
    return abs(point[0]) <= 90 and abs(point[1]) <= 180
