"""Maps: finds where things are, and draws what is near."""

from flask import Flask, render_template
from flask_babel import lazy_gettext

from maps import api
from maps.commands import export_group, import_group, maps_group
from maps.exports import owed_under_a_map
from maps.ground import ground_fault, map_owed
from maps.jobs import (
    ask_geocoder,
    forget_geocodes,
    geocode_waiting_places,
    place_responders,
    work_on_imports,
)
from maps.lists.forgetting import forget_lists
from maps.locating import agreement, wording
from maps.locating.starting import (
    forget_start,
    forget_street,
    forget_streets_without_a_yes,
)
from maps.models import StartingPoint
from maps.nearest import draw_nearest_three
from maps.policy import (
    hears_of_ground,
    may_add_import,
    may_edit_start,
    may_list_area,
    may_list_frame_host,
    may_list_places,
    may_show_gap,
)
from maps.views import areas as areas
from maps.views import files as files
from maps.views import frames as frames
from maps.views import gaps as gaps
from maps.views import imports as imports
from maps.views import keeping as keeping
from maps.views import placing, rows, starting
from maps.views import shares as shares
from maps.views import sheets as sheets
from maps.views import tiles as tiles
from maps.views.asking import own_language
from maps.wellness import check_geocoder
from nucleus.ground import signals
from nucleus.ground.boards import checks, jobs, menu, panels
from nucleus.ground.erasing import board
from nucleus.ground.pacing import doors as pacing
from nucleus.ground.web import anyone
from nucleus.people.policy import is_signed_in
from nucleus.places.doubting import pin_doubting

JOBS = (
    jobs.Job("geocode_waiting_places", 30, geocode_waiting_places),
    jobs.Job("place_responders", 30, place_responders),
    jobs.Job("ask_geocoder", 1, ask_geocoder),
    jobs.Job("forget_geocodes", 3600, forget_geocodes),
    jobs.Job("work_on_imports", 2, work_on_imports),
    jobs.Job("forget_lists", 3600, forget_lists),
)
ON_SHELVES = (
    ("maps.list_imports", lazy_gettext("Lists of others"), may_add_import, menu.Shelf.MAP),
    ("maps.list_areas", lazy_gettext("Areas of an emergency"), may_list_area, menu.Shelf.MAP),
    ("maps.list_places", lazy_gettext("Pins to put"), may_list_places, menu.Shelf.MAP),
    ("maps.show_gap", lazy_gettext("Where help is missing"), may_show_gap, menu.Shelf.MAP),
    (
        "maps.list_frame_hosts",
        lazy_gettext("Our map on other web sites"),
        may_list_frame_host,
        menu.Shelf.HOUSE,
    ),
)


def init_app(app: Flask) -> None:
    """Open the room."""
    app.jinja_env.globals |= {"map_owed": map_owed, "ground_fault": ground_fault}
    app.jinja_env.globals["hears_of_ground"] = hears_of_ground
    app.jinja_env.globals["owed_under_a_map"] = owed_under_a_map
    app.jinja_env.filters["precision_words"] = wording.precision_words
    app.jinja_env.filters["place_source"] = wording.source_words
    app.register_blueprint(rows.maps)
    starts = "places people start from"
    board.pin(app, board.rows_of(StartingPoint, "start", starts, by=StartingPoint.uid))
    pacing.share_a_purse(app, "places", "maps", "hsds", "maps_api", "resources")
    api.init_app(app)
    for group in (export_group, maps_group, import_group):
        app.cli.add_command(group)
    for job in JOBS:
        jobs.pin(app, job)
    pin_doubting(app, agreement.disagreements)
    checks.pin(app, check_geocoder)
    signals.person_stopped.connect(forget_start)
    signals.consent_withdrawn.connect(forget_street)
    signals.tables_ready.connect(forget_streets_without_a_yes)
    hang_up(app)


def hang_up(app: Flask) -> None:
    """Put the room's pages into the menu, and its boxes on the pages of others."""
    for endpoint, words, policy, shelf in ON_SHELVES:
        menu.pin(app, menu.Pin(endpoint, words, policy, shelf))
    menu.pin(app, menu.Pin("maps.show_resources", lazy_gettext("Find a place"), anyone, order=30))
    panels.pin(app, panels.Panel("plan_step", 10, is_signed_in, draw_nearest_three))
    panels.pin(app, panels.Panel("resource", 10, may_list_places, placing.draw_where_card))
    panels.pin(app, panels.Panel("home", 20, anyone, draw_home_card))
    panels.pin(app, panels.Panel("me", 60, may_edit_start, starting.draw_start_card))


def draw_home_card() -> str:
    """Draw the box of the start page that leads to the places."""
    return render_template("maps/_home.html", spoken=own_language())
