"""Which pins the map shows: as GeoJSON (RFC 7946) for anybody, and in columns for our own map.

GeoJSON is written line by line: ten thousand places as Python objects cost four times as much as
their text. The columns weigh two thirds of it, and are written and packed in half the time.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain, islice, pairwise
from json.encoder import encode_basestring as quoted
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from maps.finding.counting import counted_words
from maps.finding.crowd import Cluster, Crowd
from maps.finding.search import Found, Search
from nucleus.ground import i18n
from nucleus.ground.clock import now
from nucleus.resources.freshness import Age, badge_of
from nucleus.resources.hours import OpenState
from nucleus.resources.queries import categories
from nucleus.resources.wording import STATES, badge_words

NEVER = -1
"""Days since a place was confirmed that nobody ever confirmed."""

FINE = 100_000
"""Parts of a degree that are told apart: a metre."""

PIECE = 1000
"""Lines that are put together before they leave."""

LETTERS = {OpenState.OPEN: "o", OpenState.CLOSED: "c", OpenState.UNKNOWN: "u"}


class Badges:
    """How long ago each place was confirmed; the words of each number of days are sent once."""

    def __init__(self, at: datetime) -> None:
        """Count from a moment."""
        self.at, self.seen = at, {NEVER}

    def days(self, confirmed_at: datetime | None) -> int:
        """Return how many days ago, or that it never was."""
        days = NEVER if confirmed_at is None else max(0, (self.at - confirmed_at).days)
        self.seen.add(days)
        return days

    def words(self) -> dict[str, str]:
        """Return what a badge says, by the number of days."""
        language = i18n.language()
        return {str(days): badge_said(days, language) for days in sorted(self.seen)}


@lru_cache(maxsize=8192)
def badge_said(days: int, _language: str) -> str:
    """Return what a badge says of so many days, in the language that is spoken just now.

    A map says up to a year of days, and saying them costs a tenth of the map.
    """
    at = now()
    badge = badge_of([] if days == NEVER else [at - timedelta(days=days)], at)
    late = _("That is long ago: call before you set out.")
    said = badge_words(badge)
    return f"{said}. {late}" if badge.age is Age.STALE else said


def resource_columns(search: Search) -> str:
    """Return the same places for the map's own script, which puts them together again.

    `lat` are steps from the place before, in hundred-thousandths of a degree, `lon` whole numbers
    of them. Whoever has no point comes last, and has none in these two.
    """
    found, badges = search.columns(), Badges(now())
    south = [0, *(round(lat * FINE) for lat in found["lat"] if lat is not None)]
    columns = {
        "kind": found["category_id"],
        "state": "".join(map(LETTERS.__getitem__, search.states(found["hours"]))),
        "days": list(map(badges.days, found["confirmed_at"])),
        "roughly": "".join("1" if roughly else "0" for roughly in found["roughly"]),
        "lat": [after - before for before, after in pairwise(south)],
        "lon": [round(lon * FINE) for lon in found["lon"] if lon is not None],
        "id": found["id"],
        "name": found["name"],
    }
    letters = {letter: str(state) for state, letter in LETTERS.items()}
    words = _said(set(found["category_id"]), badges)
    said = {"columns": columns, "letters": letters, "whole": True, "words": words}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def resource_pins(found: Iterable[Found]) -> Iterator[str]:
    """Give one feature a place, also for those without a point, so that all counts agree."""
    return _collection(found, [], whole=True)


def crowd_pins(crowd: Crowd) -> Iterator[str]:
    """Give one feature a circle and one a place that stands alone."""
    return _collection(crowd.alone, crowd.clusters, whole=False)


def _collection(alone: Iterable[Found], clusters: list[Cluster], *, whole: bool) -> Iterator[str]:
    """Give a collection in pieces of many lines; what its lines speak of is said at their end."""
    badges, kinds = Badges(now()), set[int]()
    lines = chain(_features(alone, badges, kinds), map(_circle, clusters))
    yield '{"type":"FeatureCollection","features":[\n'
    comma = ""
    while piece := ",\n".join(islice(lines, PIECE)):
        yield comma + piece
        comma = ",\n"
    words = _said(kinds, badges)
    rest = json.dumps({"whole": whole, "words": words}, ensure_ascii=False)
    yield f"\n],{rest[1:]}"


def _features(found: Iterable[Found], badges: Badges, kinds: set[int]) -> Iterator[str]:
    """Write one line a place, in the order of facts that packs best, and note the kinds of help."""
    for row, state in found:
        kinds.add(row.category_id)
        point = "null"
        if row.lat is not None:
            point = f'{{"type":"Point","coordinates":[{row.lon:.5f},{row.lat:.5f}]}}'
        roughly = ',"roughly":true' if row.roughly else ""
        yield (
            f'{{"properties":{{"name":{quoted(row.name)}{roughly},'
            f'"days":{badges.days(row.confirmed_at)},"kind":{row.category_id},"state":"{state}"}},'
            f'"geometry":{point},"id":{row.id},"type":"Feature"}}'
        )


def _circle(cluster: Cluster) -> str:
    box, point = cluster.box, cluster.point
    return (
        f'{{"type":"Feature","bbox":[{box.west:.5f},{box.south:.5f},{box.east:.5f},{box.north:.5f}],'
        f'"geometry":{{"type":"Point","coordinates":[{point.lon:.5f},{point.lat:.5f}]}},'
        f'"properties":{{"count":{cluster.count}}}}}'
    )


def _said(kinds: set[int], badges: Badges) -> dict[str, Any]:
    """Return what is said of many pins: once, not at each, and only of kinds that are there."""
    language = i18n.language()
    named = {str(term.id): term.label(language) for term in categories() if term.id in kinds}
    return {**_words(), "fresh": badges.words(), "kinds": named}


def _words() -> dict[str, Any]:
    """Return what the browser says of the pins; `page` is the address before a place's id."""
    return {
        "page": url_for("resources.show_resource", resource_id=0).removesuffix("0"),
        "states": {str(state): str(words) for state, words in STATES.items()},
        "more": _("Hours, phone, how to get there"),
        "roughly": _("Only the town is known, not the exact point."),
        "cluster": counted_words(
            lambda number: ngettext("# place here: zoom in", "# places here: zoom in", number)
        ),
        "around": counted_words(
            lambda number: ngettext(
                "# place around TOWN: zoom in", "# places around TOWN: zoom in", number
            )
        ),
        "said": counted_words(
            lambda number: ngettext(
                "# place on this part of the map", "# places on this part of the map", number
            )
        ),
    }
