"""Which pins the map shows, as GeoJSON (RFC 7946), written line by line.

Ten thousand places as Python objects cost four times as much as their text.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from json.encoder import encode_basestring as quoted
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from maps.finding.crowd import Cluster, Crowd
from maps.finding.search import Found
from nucleus.ground import i18n
from nucleus.ground.clock import now
from nucleus.resources.freshness import Age, badge_of
from nucleus.resources.queries import categories
from nucleus.resources.wording import STATES, badge_words

NEVER = -1
"""Days since a place was confirmed that nobody ever confirmed."""


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
        return {str(days): self._words(days) for days in sorted(self.seen)}

    def _words(self, days: int) -> str:
        dates = [] if days == NEVER else [self.at - timedelta(days=days)]
        badge = badge_of([*dates], self.at)
        late = _("That is long ago: call before you set out.")
        said = badge_words(badge)
        return f"{said}. {late}" if badge.age is Age.STALE else said


def resource_pins(found: Iterable[Found]) -> str:
    """Return one feature a place, also for those without a point, so that all counts agree."""
    return _collection(list(found), [], whole=True)


def crowd_pins(crowd: Crowd) -> str:
    """Return one feature a circle and one a place that stands alone."""
    return _collection(crowd.alone, crowd.clusters, whole=False)


def _collection(alone: list[Found], clusters: list[Cluster], *, whole: bool) -> str:
    badges = Badges(now())
    joined = ",\n".join([*_features(alone, badges), *map(_circle, clusters)])
    words = {**_words(), "fresh": badges.words(), "kinds": _kinds(alone)}
    rest = json.dumps({"whole": whole, "words": words}, ensure_ascii=False)
    return f'{{"type":"FeatureCollection","features":[\n{joined}\n],{rest[1:]}'


def _features(found: Iterable[Found], badges: Badges) -> Iterator[str]:
    """Write one line a place, what differs close together, because that packs best."""
    for row, state in found:
        point = "null"
        if row.lat is not None:
            point = f'{{"type":"Point","coordinates":[{row.lon:.5f},{row.lat:.5f}]}}'
        roughly = ',"roughly":true' if row.roughly else ""
        yield (
            f'{{"type":"Feature","properties":{{"kind":{row.category_id},'
            f'"state":"{state}","days":{badges.days(row.confirmed_at)}{roughly},'
            f'"name":{quoted(row.name)}}},"id":{row.id},"geometry":{point}}}'
        )


def _circle(cluster: Cluster) -> str:
    box, point = cluster.box, cluster.point
    return (
        f'{{"type":"Feature","bbox":[{box.west:.5f},{box.south:.5f},{box.east:.5f},{box.north:.5f}],'
        f'"geometry":{{"type":"Point","coordinates":[{point.lon:.5f},{point.lat:.5f}]}},'
        f'"properties":{{"count":{cluster.count}}}}}'
    )


def _kinds(found: Iterable[Found]) -> dict[str, str]:
    """Return what the kinds of help among these are called, by number: once, not at each pin."""
    language, seen = i18n.language(), {row.category_id for row, _door in found}
    return {str(term.id): term.label(language) for term in categories() if term.id in seen}


def _words() -> dict[str, Any]:
    """Return what the browser says of the pins; `page` is the address before a place's id."""
    return {
        "page": url_for("resources.show_resource", resource_id=0).removesuffix("0"),
        "states": {str(state): str(words) for state, words in STATES.items()},
        "more": _("Hours, phone, how to get there"),
        "roughly": _("Only the town is known, not the exact point."),
        "cluster": _("# places here: zoom in"),
        "said": _("# places on this part of the map"),
    }
