"""Which pins the map shows, as GeoJSON (RFC 7946), written line by line.

Ten thousand places as Python objects cost four times as much as their text.
"""

import json
from collections.abc import Iterable, Iterator
from json.encoder import encode_basestring as quoted
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from maps.crowd import Cluster, Crowd
from maps.search import Found
from nucleus.ground import i18n
from nucleus.resources.queries import categories
from nucleus.resources.wording import STATES

BOOLEAN = {False: "false", True: "true"}


def resource_pins(found: Iterable[Found]) -> str:
    """Return one feature a place, also for those without a point, so that all counts agree."""
    return _collection(_features(found), whole=True)


def crowd_pins(crowd: Crowd) -> str:
    """Return one feature a circle and one a place that stands alone."""
    return _collection([*_features(crowd.alone), *map(_circle, crowd.clusters)], whole=False)


def _collection(features: Iterable[str], *, whole: bool) -> str:
    rest = json.dumps({"whole": whole, "words": _words()}, ensure_ascii=False)
    joined = ",\n".join(features)
    return f'{{"type":"FeatureCollection","features":[\n{joined}\n],{rest[1:]}'


def _features(found: Iterable[Found]) -> Iterator[str]:
    language = i18n.language()
    kinds = {term.id: quoted(term.label(language)) for term in categories()}
    for row, state in found:
        point = "null"
        if row.lat is not None:
            point = f'{{"type":"Point","coordinates":[{row.lon:.5f},{row.lat:.5f}]}}'
        yield (
            f'{{"type":"Feature","id":{row.id},"geometry":{point},"properties":{{'
            f'"name":{quoted(row.name)},"category":{kinds[row.category_id]},'
            f'"state":"{state}","roughly":{BOOLEAN[bool(row.roughly)]}}}}}'
        )


def _circle(cluster: Cluster) -> str:
    box, point = cluster.box, cluster.point
    return (
        f'{{"type":"Feature","bbox":[{box.west:.5f},{box.south:.5f},{box.east:.5f},{box.north:.5f}],'
        f'"geometry":{{"type":"Point","coordinates":[{point.lon:.5f},{point.lat:.5f}]}},'
        f'"properties":{{"count":{cluster.count}}}}}'
    )


def _words() -> dict[str, Any]:
    """Return what the browser says of the pins; `page` is the address before a place's id."""
    return {
        "page": url_for("resources.show_resource", resource_id=0).removesuffix("0"),
        "states": {str(state): str(words) for state, words in STATES.items()},
        "more": _("Hours, phone, how to get there"),
        "roughly": _("Only the town is known, not the exact point."),
        "cluster": _("# places here: zoom in"),
    }
