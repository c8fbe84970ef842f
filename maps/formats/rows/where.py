"""Where a place is, as one row tells it; a point nobody believes holds the row back."""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from maps.formats.rows.cells import Cells
from maps.locating.gazetteer import the_gazetteer
from nucleus.ground.words import plain
from nucleus.places.italy import Doubt, doubt_about, read_degrees
from nucleus.places.services import Whereabouts
from nucleus.resources.drafts import Outcome

PROVINCES = re.compile(r"[A-Za-z]{2}")
MENTIONED = {
    "nowhere": lazy_gettext("The feature has no geometry. Its address must tell where it is."),
    "small area": lazy_gettext("The geometry is no point. We put the pin inside it."),
}
"""What a feature of a map says of its point, and is taken all the same."""


def where(row: Cells) -> Whereabouts:
    """Return the address in its parts, with its point if the row says one."""
    comune, province = row["comune"] or None, row["province"]
    address = row["address"] or None
    if address and comune and plain(address).startswith(plain(comune) + " "):
        address = address.split(",", 1)[-1].strip() or address
    short = province.upper() if PROVINCES.fullmatch(province) else None
    return Whereabouts(
        address=address,
        comune=comune,
        province=short or letters_of(province),
        label=row["label"] or None,
        point=point(row),
        hidden=row.flag("hidden"),
    )


def point(row: Cells) -> tuple[float, float] | None:
    """Return latitude and longitude, or nothing when the row says none."""
    typed = row["lat"], row["lon"]
    if words := MENTIONED.get(row.note("lat")):
        row.remark("lat", str(words))
    if not any(typed):
        return None
    numbers = [read_degrees(each) for each in typed]
    for word, number, text in zip(("lat", "lon"), numbers, typed, strict=True):
        if not text:
            raise row.refuse(word, _("One of the two numbers of the point is missing."))
        if number is None:
            raise row.refuse(word, _("“%(text)s” is not a number of degrees.", text=text))
    lat, lon = numbers
    if lat is None or lon is None:
        return None
    doubt = doubt_about(lat, lon)
    if doubt and not (row.reading.abroad and doubt is Doubt.OUTSIDE and on_earth(lat, lon)):
        raise row.refuse("lat", doubt_words(doubt), Outcome.HELD_BACK)
    return lat, lon


def on_earth(lat: float, lon: float) -> bool:
    """Tell whether such a point exists."""
    return abs(lat) <= 90 and abs(lon) <= 180


def doubt_words(doubt: Doubt) -> str:
    """Return why coordinates are not believed."""
    words: dict[Doubt, str] = {
        Doubt.ZERO: _("The coordinates are zero."),
        Doubt.SWAPPED: _("Latitude and longitude are in the wrong order."),
        Doubt.OUTSIDE: _("The coordinates are outside Italy."),
    }
    return words[doubt]


def letters_of(province: str) -> str | None:
    """Return the two letters of a province written in full, such as *Viterbo*."""
    return the_gazetteer().province_letters(province)
