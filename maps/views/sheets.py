"""The page that is printed: the places of a question on A4, with a map, telephones and a code."""

from io import BytesIO
from typing import Any

import segno
from flask import render_template, url_for
from markupsafe import Markup

from maps.areas.queries import area_by_id, borders_near
from maps.earth.geometry import Box, Point
from maps.earth.shapes import Circle, Outline, Ring, box_of, circle_ring
from maps.finding.search import Eyes, Search
from maps.locating.naming import towns_in
from maps.sheets.drawing import Ground, Picture, pictures
from maps.sheets.land import land_rings
from maps.views import maps
from maps.views.asking import asked, cards, chosen, question
from nucleus.ground import clock
from nucleus.ground.web import anyone, may, settings, whole_address
from nucleus.resources.queries import hours_of
from nucleus.resources.week import week_words

MOST_ON_PAPER = 60
"""Four sheets; who prints more has not chosen yet."""

TOWNS_ON_PAPER = 200
"""So many names are tried; most find no room."""


@maps.get("/sheet/show")
@may(anyone)
def show_sheet() -> str:
    """Show the places of a question as a sheet of paper, as strangers may see them.

    Paper is passed on: it holds what everybody may know, whoever prints it.
    """
    form, near, found = asked(Eyes())
    so_far: dict[str, Any] = question()
    return render_template(
        "maps/show_sheet.html",
        area=area_by_id(form.area.data) if form.area.data else None,
        town=form.comune.data or near.label,
        chosen=[one for one in chosen(form) if one.name not in {"area", "comune", "near", "here"}],
        back_to=url_for("maps.show_resources", **so_far),
        **sheet_of(found, whole_address("maps.show_resources", **so_far)),
    )


def sheet_of(found: Search, address: str) -> dict[str, Any]:
    """Return what every sheet says: the places, their map, the day, and where newer facts are."""
    hits = found.hits(limit=MOST_ON_PAPER)
    return {
        "cards": [{**card, "week": week_words(hours)} for card, hours in with_hours(cards(hits))],
        "total": found.total,
        "pictures": pictures_of(found, [hit.point for hit in hits]),
        "printed_at": clock.now(),
        "address": address,
        "code": code_of(address),
    }


def with_hours(drawn: list[dict[str, Any]]) -> list[tuple[dict[str, Any], str | None]]:
    """Return each card with the hours that hold at its place today."""
    today = clock.local(clock.now(), settings().time_zone).date()
    return [(card, hours_of(card["resource"], today)) for card in drawn]


def pictures_of(found: Search, points: list[Point | None]) -> list[Picture]:
    """Draw the map of the sheet, and one of each crowd on it."""
    shapes = found.filters.region.shapes if found.filters.region else ()
    rings: list[Ring] = []
    for shape in shapes:
        rings += [circle_ring(shape)] if isinstance(shape, Circle) else shape.rings
    corners = tuple((point.lat, point.lon) for point in points if point)
    seen = box_of([*shapes, *([Outline((corners,))] if corners else [])])
    if seen is None:
        return []
    towns = [(town.name, town.point) for town in towns_in(around(seen), TOWNS_ON_PAPER)]
    return pictures(points, Ground(land_rings(), borders_near(seen), rings, towns))


def around(box: Box) -> Box:
    """Return a box with some land around it: a single place has none of its own."""
    tall, wide = max(0.05, box.north - box.south), max(0.05, box.east - box.west)
    return Box(box.south - tall, box.west - wide, box.north + tall, box.east + wide)


def code_of(address: str) -> Markup:
    """Return the address as a QR code in SVG, without a style of its own."""
    drawing = BytesIO()
    segno.make(address, error="m").save(
        drawing, kind="svg", xmldecl=False, svgns=True, scale=3, border=2, omitsize=True, nl=False
    )
    return Markup(drawing.getvalue().decode())  # noqa: S704 made by the library from our own address
