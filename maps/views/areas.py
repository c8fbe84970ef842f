"""The pages on which those who coordinate say where an emergency is, and everybody sees it."""

import json
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from maps.areas import services
from maps.areas.forms import AddArea, EditArea
from maps.areas.queries import (
    area_by_id,
    areas_in_force,
    areas_over,
    borders_in,
    region_of_area,
)
from maps.areas.tally import situation
from maps.earth.shapes import Outline, drawn
from maps.finding.question import Filters
from maps.finding.search import Search, search
from maps.forms import view_asked
from maps.models import Area
from maps.policy import (
    may_add_area,
    may_edit_area,
    may_end_area,
    may_list_area,
    may_show_area,
    my_eyes,
)
from maps.views import PAGE, drawing, looks_secretly, maps
from maps.views.asking import cards, eyes_asked
from nucleus.ground import clock
from nucleus.ground.heard import page_asked
from nucleus.ground.models import Term
from nucleus.ground.web import anyone, may
from nucleus.people.policy import who
from nucleus.resources.queries import categories


@maps.get("/area/list")
@may(may_list_area)
def list_areas() -> str:
    """Show where an emergency is, and where one was."""
    return render_template("maps/list_areas.html", areas=areas_in_force(), over=areas_over())


@maps.route("/area/add", methods=["GET", "POST"])
@may(may_add_area)
def add_area() -> ResponseReturnValue:
    """Draw or name an area."""
    form = AddArea()
    if not form.validate_on_submit() or is_a_look():
        return drawn_form("maps/add_area.html", form)
    area = services.add_area(form.facts(), actor=who().id)
    return redirect(url_for("maps.show_area", area_id=area.id), 303)


@maps.route("/area/edit/<int:area_id>", methods=["GET", "POST"])
@may(may_edit_area)
def edit_area(area_id: int) -> ResponseReturnValue:
    """Change what is said of an area."""
    area = area_of(area_id)
    form = EditArea(area)
    if not form.validate_on_submit() or is_a_look():
        return drawn_form("maps/edit_area.html", form, area=area)
    services.edit_area(area, form.facts(), actor=who().id)
    flash(_("Saved."))
    return redirect(url_for("maps.show_area", area_id=area.id), 303)


@maps.post("/area/end/<int:area_id>")
@may(may_end_area)
def end_area(area_id: int) -> ResponseReturnValue:
    """End an area."""
    services.end_area(area_of(area_id), actor=who().id)
    flash(_("This area is over. Its page is closed for everybody else."))
    return redirect(url_for("maps.list_areas"), 303)


@maps.get("/area/show/<int:area_id>")
@may(anyone)
def show_area(area_id: int) -> str:
    """Show what is inside an area: how much of what is open, and every door."""
    area = seen_area(area_id)
    found, page = inside(area), page_asked()
    return render_template(
        "maps/show_area.html",
        area=area,
        over=area.is_over(clock.now()),
        situation=situation(found),
        kinds=kinds(),
        cards=cards(found.hits(limit=PAGE, offset=(page - 1) * PAGE)),
        page=page,
        last=max(1, -(-found.total // PAGE)),
        unplaced=found.count(placed=False),
        drawing=drawing("secret_resources" if looks_secretly(found.eyes) else "resources"),
        secretly=looks_secretly(found.eyes),
        may_edit=may_edit_area(),
    )


@maps.get("/area/<int:area_id>/shape.geojson")
@may(anyone)
def area_shape(area_id: int) -> Response:
    """Send the lines of an area, to be drawn on the map."""
    return Response(json.dumps(lines_of(seen_area(area_id))), mimetype="application/geo+json")


@maps.get("/borders.geojson")
@may(anyone)
def borders_geojson() -> Response:
    """Send the borders of the comuni in one view of a map."""
    view = view_asked(request.args)
    found = borders_in(view.box) if view and view.box else []
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": each}
        for name, rings in found
        for each in drawn([Outline(tuple(rings))])
    ]
    lines = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    return Response(lines, mimetype="application/geo+json")


def lines_of(area: Area) -> dict[str, Any]:
    """Return the lines of an area as GeoJSON."""
    shapes = drawn(region_of_area(area).shapes)
    features = [{"type": "Feature", "properties": {}, "geometry": each} for each in shapes]
    return {"type": "FeatureCollection", "features": features}


def inside(area: Area) -> Search:
    """Search everything in an area, as far as whoever is here may see it."""
    return search(Filters(region=region_of_area(area)), eyes_asked(), clock.now())


def is_a_look() -> bool:
    """Say whether somebody only wants to see what would be inside."""
    return "look" in request.form


def area_of(area_id: int) -> Area:
    """Return an area, or no page."""
    return area_by_id(area_id) or abort(404)


def seen_area(area_id: int) -> Area:
    """Return an area that whoever is here may look at."""
    return area_of(area_id) if may_show_area(area_id) else abort(404)


def drawn_form(page: str, form: AddArea, **facts: object) -> ResponseReturnValue:
    """Draw the form, as refused when it was sent; what was understood of it is counted."""
    counted = None
    if form.is_submitted() and not {"towns", "corners", "centre", "km"} & set(form.errors):
        counted = situation(search(Filters(region=form.region()), my_eyes(), clock.now()))
    status = 422 if form.errors else 200
    facts |= {"kinds": kinds(), "drawing": drawing("pencil"), "counted": counted}
    return render_template(page, form=form, **facts), status


def kinds() -> dict[int, Term]:
    """Return the kinds of help by id."""
    return {term.id: term for term in categories()}
