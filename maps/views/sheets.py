"""The page that is printed: the places of a question on A4, with a map, telephones and a code."""

from io import BytesIO
from typing import Any

import segno
from flask import render_template
from markupsafe import Markup

from maps.areas.queries import area_by_id, borders_near
from maps.earth.geometry import Point
from maps.earth.shapes import Circle, Outline, Ring, box_of, circle_ring
from maps.finding.search import Eyes, Search
from maps.sheets.drawing import Picture, picture
from maps.sheets.land import land_rings
from maps.sheets.week import week_words
from maps.views import maps
from maps.views.asking import asked, cards, chosen, question
from nucleus.ground import clock
from nucleus.ground.web import anyone, may, settings, whole_address
from nucleus.resources.queries import hours_of

MOST_ON_PAPER = 60
"""Four sheets; who prints more has not chosen yet."""


@maps.get("/sheet/show")
@may(anyone)
def show_sheet() -> str:
    """Show the places of a question as a sheet of paper, as strangers may see them.

    Paper is passed on: it holds what everybody may know, whoever prints it.
    """
    form, near, found = asked(Eyes())
    hits = found.hits(limit=MOST_ON_PAPER)
    so_far: dict[str, Any] = question()
    address = whole_address("maps.show_resources", **so_far)
    return render_template(
        "maps/show_sheet.html",
        area=area_by_id(form.area.data) if form.area.data else None,
        town=form.comune.data or near.label,
        chosen=[one for one in chosen(form) if one.name not in {"area", "comune", "near", "here"}],
        cards=[{**card, "week": week_words(hours)} for card, hours in with_hours(cards(hits))],
        total=found.total,
        picture=picture_of(found, [hit.point for hit in hits]),
        printed_at=clock.now(),
        address=address,
        code=code_of(address),
        asked=so_far,
    )


def with_hours(drawn: list[dict[str, Any]]) -> list[tuple[dict[str, Any], str | None]]:
    """Return each card with the hours that hold at its place today."""
    today = clock.local(clock.now(), settings().time_zone).date()
    return [(card, hours_of(card["resource"], today)) for card in drawn]


def picture_of(found: Search, points: list[Point | None]) -> Picture | None:
    """Draw the map of the sheet."""
    shapes = found.filters.region.shapes if found.filters.region else ()
    rings: list[Ring] = []
    for shape in shapes:
        rings += [circle_ring(shape)] if isinstance(shape, Circle) else shape.rings
    corners = tuple((point.lat, point.lon) for point in points if point)
    seen = box_of([*shapes, *([Outline((corners,))] if corners else [])])
    borders = borders_near(seen) if seen else []
    return picture(points, land=land_rings(), borders=borders, shapes=rings)


def code_of(address: str) -> Markup:
    """Return the address as a QR code in SVG, without a style of its own."""
    drawing = BytesIO()
    segno.make(address, error="m").save(
        drawing, kind="svg", xmldecl=False, svgns=True, scale=3, border=2, omitsize=True, nl=False
    )
    return Markup(drawing.getvalue().decode())  # noqa: S704 made by the library from our own address
