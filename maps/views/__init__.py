"""The page that finds places: a list, the map beside it, and what the map fetches."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from maps.areas.queries import boundaries_known
from maps.finding.crowd import crowd
from maps.finding.layers import crowd_pins, resource_columns, resource_pins
from maps.finding.near import forget_where_i_am, remember_town, remember_where_i_am
from maps.finding.search import Eyes, Search
from maps.forms import View, view_asked
from maps.ground import own_archive
from maps.views.asking import asked, cards, chosen, question, relaxed, slips, where_asked
from maps.views.sending import PACKING, squeezed
from nucleus.ground.heard import page_asked
from nucleus.ground.web import anyone, may, own_page, settings
from nucleus.people.policy import is_signed_in

if TYPE_CHECKING:
    from maps.drawing import Drawing

PAGE = 20
SECRET = frozenset({"secret_pin", "secret_resources"})
"""Maps on which places stand that nobody may find; they ask no other machine for anything."""

CROWD = 1500
"""So many pins an old phone still draws one by one."""

MOST_COLUMNS = 20_000
"""Places whose columns may be held at once; our own script never asks for so many."""

GEOJSON = "application/geo+json"
LIGHTLY = 4
"""How hard to squeeze columns: numbers hardly repeat, and looking longer costs three times more."""

maps = Blueprint("maps", __name__, url_prefix="/maps")


@maps.route("/resources/show", methods=["GET", "POST"])
@may(anyone)
def show_resources() -> ResponseReturnValue:
    """Show the places that fit: a list, and the same places on a map."""
    if request.method == "POST":
        return begin_where_i_am()
    form, near, found = asked()
    if near.written and near.point:
        return search_from(near.point.lat, near.point.lon)
    page, choices = page_asked(), chosen(form)
    secretly = looks_secretly(found.eyes)
    shown = found.hits(limit=PAGE, offset=(page - 1) * PAGE)
    return render_template(
        "maps/show_resources.html",
        form=form,
        near=near,
        total=found.total,
        unplaced=found.count(placed=False),
        cards=cards(shown),
        page=page,
        last=max(1, -(-found.total // PAGE)),
        chosen=choices,
        slips=slips(found),
        relaxed=relaxed(found, choices) if not found.total else [],
        asked=question(),
        where=where_asked(),
        drawing=drawing("secret_resources" if secretly else "resources"),
        secretly=secretly,
    )


@maps.post("/near/set")
@may(anyone)
def set_near() -> ResponseReturnValue:
    """Keep in this visit's cookie near which town to look, and go back; no address holds it."""
    near = remember_town(request.form.get("town", "")[:100])
    if near.choices:
        flash(_("Which one do you mean?") + " " + ", ".join(near.choices), "problem")
    elif not near.point:
        flash(_("We do not know a town of this name."), "problem")
    return redirect(own_page(request.form.get("next")), 303)


@maps.get("/resources.geojson")
@may(anyone)
def resources_geojson() -> Response:
    """Send the pins of the same question; a browser that has them is told so.

    A map that says how deep it looks gets circles where places crowd. What only members may know
    is kept in no browser.
    """
    return pins_of(asked()[2])


def pins_of(found: Search) -> Response:
    """Send what a search finds as pins, or as circles where the view is crowded.

    Our own script asks for the pins in columns, which weigh less; everybody else gets GeoJSON,
    of which however much never takes more memory than a thousand places.
    """
    view = view_asked(request.args)
    if view and found.has_more_than(CROWD):
        response = squeezed(crowded(found, view), GEOJSON, PACKING)
    elif "columns" in request.args and not found.has_more_than(MOST_COLUMNS):
        response = squeezed([resource_columns(found)], "application/json", LIGHTLY)
    else:
        response = squeezed(resource_pins(found.found()), GEOJSON, PACKING)
    if not is_signed_in():
        return fresh_each_time(response)
    del response.headers["ETag"]  # what members may know leaves no mark in a browser
    return response


def crowded(found: Search, view: View) -> Iterator[str]:
    """Return what one view of many places shows."""
    seen = replace(found, filters=replace(found.filters, box=view.box))
    return crowd_pins(crowd(seen, view.zoom))


@maps.get("/resources.js", defaults={"name": "resources"})
@maps.get("/secret-resources.js", defaults={"name": "secret_resources"})
@maps.get("/pencil.js", defaults={"name": "pencil"})
@may(anyone)
def map_js(name: str) -> Response:
    """Send a map's own script, which is the same for everybody."""
    return fresh_each_time(Response(drawing(name).script, mimetype="text/javascript"))


def begin_where_i_am() -> ResponseReturnValue:
    """Keep where the browser says somebody is and search from there; no address ever holds it."""
    return search_from(request.form.get("lat", ""), request.form.get("lon", ""))


def search_from(lat: object, lon: object) -> ResponseReturnValue:
    """Keep a point in the cookie of this visit, and ask the same question near it."""
    so_far: dict[str, Any] = {name: said for name, said in question().items() if name != "near"}
    if remember_where_i_am(f"{lat}", f"{lon}"):
        so_far["here"] = "1"
    else:
        forget_where_i_am()
        so_far.pop("here", None)
        flash(_("We could not use that point. Write the name of a town instead."), "problem")
    return redirect(url_for("maps.show_resources", **so_far), 303)


def drawing(name: str = "resources") -> "Drawing":
    """Return a map, drawn once a process.

    Under places nobody may find lies only what is ours: whoever gives tiles sees where we look.
    Under the pin of one of them not even the borders: our own log would hold the view.
    """
    from maps.drawing import Base, draw

    house, outline = settings(), url_for("static", filename="vendor/outline.geojson")
    archive = archive_facts()
    if name == "secret_pin":
        return draw(name, Base(outline, **archive))
    base = Base(
        outline=outline,
        borders=url_for("maps.borders_geojson") if boundaries_known() else "",
        towns=url_for("maps.towns_geojson"),
        tiles="" if name in SECRET else house.tile_url,
        **archive,
    )
    return draw(name, base)


def archive_facts() -> dict[str, Any]:
    """Return the house's own tiles as a drawing wants them; none when no browser can draw them."""
    own = own_archive()
    if own is None:
        return {}
    reach = (own.box.south, own.box.west, own.box.north, own.box.east)
    return {"archive": url_for("maps.own_tiles"), "reach": reach, "deepest": own.deepest}


def looks_secretly(eyes: Eyes) -> bool:
    """Say whether a map would show hidden places where they are, over pictures of another host."""
    return eyes.exactly and bool(settings().tile_url)


def fresh_each_time(response: Response) -> Response:
    """Let a browser keep the answer for itself, and ask each time whether it still holds."""
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie, Accept-Language, Accept-Encoding"
    response.add_etag()
    response.make_conditional(request)
    return response
