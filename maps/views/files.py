"""The list of places as files, for spreadsheets, globes, navigators and other installations."""

from collections.abc import Iterator

from flask import Response, abort, request
from sqlalchemy import select

from maps.exports import attributions, shown_place, shown_places
from maps.finding.search import Eyes
from maps.formats.hsds.writing import as_hsds
from maps.formats.leaving.calendar import as_calendar
from maps.formats.leaving.flat import as_csv, as_gpx, as_kml
from maps.formats.leaving.shown import Shown
from maps.views import maps as maps
from maps.views.asking import asked
from maps.views.sending import written
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.web import anyone, may, settings, whole_address
from nucleus.resources.holidays.queries import local_holidays
from nucleus.resources.hours import ITALY
from nucleus.resources.models import Resource
from nucleus.resources.queries import usual_hours


@maps.get("/resources.csv")
@may(anyone)
def resources_csv() -> Response:
    """Send the places of the same question as a table, as strangers may see them."""
    return sent(as_csv(public_places(), attributions()), "text/csv")


@maps.get("/resources.kml")
@may(anyone)
def resources_kml() -> Response:
    """Send them for a globe."""
    rows, title = public_places(), settings().name
    return sent(as_kml(rows, attributions(), title=title), "application/vnd.google-earth.kml+xml")


@maps.get("/resources.gpx")
@may(anyone)
def resources_gpx() -> Response:
    """Send them for a navigator."""
    rows, title = public_places(), settings().name
    return sent(as_gpx(rows, attributions(), title=title), "application/gpx+xml")


@maps.get("/resources.hsds.json")
@may(anyone)
def resources_hsds() -> Response:
    """Send them as HSDS services, whole enough for another installation to read them back."""
    return sent(as_hsds(public_places(), attributions()), "application/json")


@maps.get("/resources/<string:uid>.ics")
@may(anyone)
def resource_hours(uid: str) -> Response:
    """Send when one place is open as a calendar, as strangers may see it."""
    place = shown_place(uid) or abort(404)
    row = place.resource
    page = whole_address("resources.show_resource", resource_id=row.id)
    usual = usual_hours(row, local_holidays())
    today = now().astimezone(ITALY).date()
    return sent(
        iter([as_calendar(place, page, usual=usual, today=today, stamp=row.changed_at)]),
        "text/calendar",
    )


def public_places() -> Iterator[Shown]:
    """Give the places of the question as strangers may see them, whoever asks: files travel.

    By number, so that the same places make the same bytes whichever door is open just now.
    """
    found = asked(Eyes())[2].asking(select(Resource.id))
    return shown_places(list(db.session.scalars(found.order_by(Resource.id))))


def sent(pieces: Iterator[str], mimetype: str) -> Response:
    """Send a file that was written first, so that whoever hangs up leaves no reading open.

    A long one waits on disk. A program that has the same bytes already is told so.
    """
    response = written(pieces, mimetype)
    ending = request.path.rpartition("/")[2].partition(".")[2]
    response.headers["Content-Disposition"] = f'attachment; filename="places.{ending}"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response
