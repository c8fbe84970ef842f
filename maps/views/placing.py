"""The pages on which coordinators put the pin of a place: the tray, the map, the point as text."""

from collections.abc import Sequence
from typing import Any

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from maps.earth.geometry import Point
from maps.locating import pinning, wording
from maps.locating.agreement import town_of
from maps.locating.forms import AcceptPlace, PinPlace
from maps.locating.gazetteer import GazetteerPlace, the_gazetteer
from maps.locating.tray import comuni_to_pin, count_to_pin, places_to_pin
from maps.locating.waiting import is_being_looked_up
from maps.policy import may_list_places, may_pin_place
from maps.views import drawing, fresh_each_time, maps
from maps.views.tiles import beside_tiles
from nucleus.ground.web import may, settings
from nucleus.people.policy import who
from nucleus.places.doubting import disagreement_of, disagreement_words
from nucleus.places.models import Place
from nucleus.places.services import Whereabouts
from nucleus.resources.models import Resource
from nucleus.resources.policy import my_reach
from nucleus.resources.queries import names_of_people, resource_by_id, resources_by_id

SHOWN = 50
ITALY_CENTRE = Point(42.3, 12.6)
TOWNS = 60
"""So many towns around are sent along: the page says where the pin is and asks nobody."""


@maps.get("/place/list")
@may(may_list_places)
def list_places() -> str:
    """Show the places nobody could be sent to, and let several be left as they are."""
    comune, reach = request.args.get("comune", ""), my_reach()
    rows = places_to_pin(reach, comune, limit=SHOWN)
    return render_template(
        "maps/list_places.html",
        rows=rows,
        comune=comune,
        comuni=comuni_to_pin(reach),
        total=count_to_pin(reach, comune),
        form=AcceptPlace(),
    )


@maps.post("/place/accept")
@may(may_list_places)
def accept_place() -> ResponseReturnValue:
    """Leave the ticked places at the middle of their town, and take them out of the tray."""
    form = AcceptPlace()
    found = resources_by_id((form.places.data or [])[:SHOWN])
    mine = [one for one in found if may_pin_place(one)]
    count = pinning.accept_places(mine, actor=who().id)
    if count:
        flash(_("These places are shown at the middle of their town."), "ok")
    else:
        flash(_("No place was ticked, or its town is not known yet."), "problem")
    return redirect(url_for("maps.list_places", comune=request.args.get("comune") or None), 303)


@maps.route("/place/pin/<int:resource_id>", methods=["GET", "POST"])
@may(may_list_places)
def pin_place(resource_id: int) -> ResponseReturnValue:
    """Put the pin of a place on the map, with keys, or as text."""
    resource = find_place_to_pin(resource_id)
    form = PinPlace(data={"where": written(resource.place)})
    form.near = middle_of(resource.place)
    if request.method == "GET":
        return pin_page(resource, form)
    if not form.validate_on_submit() or "preview" in request.form:
        return pin_page(resource, form), 200 if "preview" in request.form else 422
    try:
        insists = (form.insists.data or "").strip()
        pinning.pin_place(resource, form.point or ITALY_CENTRE, actor=who().id, insists=insists)
    except pinning.OutsideTown as cause:
        form.where.errors = [disagreement_words(cause.doubt), what_now()]
        return pin_page(resource, form, outside=True), 422
    flash(_("The pin is where you put it."), "ok")
    return redirect(after_pin(resource), 303)


@maps.get("/pin.js")
@may(may_list_places)
def pin_js() -> Response:
    """Send the script of the map that takes one pin."""
    return fresh_each_time(Response(drawing("pin").script, mimetype="text/javascript"))


@maps.get("/secret-pin.js")
@may(may_list_places)
def secret_pin_js() -> Response:
    """Send the script of the same map for a place nobody may find: it asks nobody for tiles."""
    return fresh_each_time(Response(drawing("secret_pin").script, mimetype="text/javascript"))


def pin_page(resource: Resource, form: PinPlace, *, outside: bool = False) -> Response:
    """Draw the page: the map where scripts run, the same as text for everybody."""
    place = resource.place
    start = form.point or known_point(place) or (Point(*form.near) if form.near else ITALY_CENTRE)
    secret = "secret_" if place and place.hidden else ""
    towns = the_gazetteer().around(start, TOWNS)
    says = where_words(start, place, towns) if form.point or known_point(place) else ""
    page = render_template(
        "maps/pin_place.html",
        resource=resource,
        place=place,
        form=form,
        outside=outside,
        start=start,
        zoom=17 if form.point or known_point(place) else 14 if form.near else 6,
        towns=[[town.label, town.point.lat, town.point.lon] for town in towns],
        says=says,
        looking=bool(place and is_being_looked_up(place, online=bool(settings().geocoder))),
        queue=in_queue(),
        skip=next_in_queue(resource) if "queue" in request.args else None,
        drawing=drawing(secret + "pin"),
        script=url_for(f"maps.{secret}pin_js"),
    )
    return make_response(page) if secret else beside_tiles(page)


def where_words(point: Point, place: Place | None, towns: Sequence[GazetteerPlace]) -> str:
    """Return in words where a point is, and whether that is the town of the address."""
    if place:
        said = Whereabouts(None, place.comune, place.province, point=(point.lat, point.lon))
        if doubt := disagreement_of(said):
            return disagreement_words(doubt)
    return wording.near_words(point, towns[0].label, towns[0].point)


def what_now() -> str:
    """Return what to do about a point that lies in another town than the address."""
    return str(_("Correct the point or the town. If both are right, say why."))


def written(place: Place | None) -> str:
    """Return the point of a place as text, when it is more than the middle of a town."""
    point = known_point(place)
    return f"{point.lat:.6f}, {point.lon:.6f}" if point else ""


def known_point(place: Place | None) -> Point | None:
    """Return the point of a place when it is known to the door or the street."""
    if place is None or place.lat is None or place.lon is None:
        return None
    return Point(place.lat, place.lon) if place.precision in {"pin", "street"} else None


def middle_of(place: Place | None) -> tuple[float, float] | None:
    """Return the middle of the town of a place: where its map begins."""
    town = town_of(place.comune, place.province) if place else None
    if town:
        return town.point.lat, town.point.lon
    if place and place.lat is not None and place.lon is not None:
        return place.lat, place.lon
    return None


def in_queue() -> dict[str, Any]:
    """Return what the address says of the tray somebody is working through."""
    if "queue" not in request.args:
        return {}
    return {"queue": "1", "comune": request.args.get("comune", "")}


def next_in_queue(resource: Resource) -> int | None:
    """Return the next place of the tray, or nothing when this was the last."""
    comune = request.args.get("comune", "")
    rows = places_to_pin(my_reach(), comune, after=resource.id, limit=1)
    return next((one.id for one in rows), None)


def after_pin(resource: Resource) -> str:
    """Return the next place of the tray, or the page of the place."""
    if "queue" not in request.args:
        return url_for("resources.show_resource", resource_id=resource.id)
    following = next_in_queue(resource)
    if following is None:
        return url_for("maps.list_places", comune=request.args.get("comune") or None)
    return url_for("maps.pin_place", resource_id=following, **in_queue())


def find_place_to_pin(resource_id: int) -> Resource:
    """Return a place whoever is here may change; any other looks as if it did not exist."""
    resource = resource_by_id(resource_id)
    if resource is None or resource.state == "retired" or not may_pin_place(resource):
        abort(404)
    return resource


def draw_where_card(resource: Resource) -> str:
    """Draw the box that says how well the point of a place is known, and leads to its pin."""
    place = resource.place
    if not may_pin_place(resource) or resource.state == "retired":
        return ""
    looking = bool(place and is_being_looked_up(place, online=bool(settings().geocoder)))
    by = place.confirmed_by_id if place else None
    return render_template(
        "maps/_where.html",
        resource=resource,
        place=place,
        looking=looking,
        people=names_of_people({by}) if by else {},
    )
