"""The list somebody keeps on a phone: one page that needs nothing beside it, and no net.

It holds what everybody may know, whoever asks, and all kinds of help, whatever was looked for:
who finds it on a shared phone learns near which town somebody looked, and nothing else.
"""

from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from flask import Response, current_app, render_template
from werkzeug.datastructures import MultiDict

from maps.finding.search import Eyes, Search
from maps.sheets.ahead import AHEAD, Hours, doors_ahead
from maps.sheets.enclosing import FRAMES, enclosed
from maps.views import fresh_each_time, maps
from maps.views.asking import asked, cards, where_asked
from maps.views.files import sent
from maps.views.sending import PACKING, squeezed
from maps.views.sheets import pictures_of, with_hours
from nucleus.ground import clock, i18n
from nucleus.ground.web import anyone, may, settings
from nucleus.resources.models import Resource
from nucleus.resources.queries import categories
from nucleus.resources.week import week_words

Card = dict[str, Any]

MOST_KEPT = 200
"""So many places fit on an old phone, and on the little net somebody may have left."""


@maps.get("/resources/keep")
@may(anyone)
def keep_resources() -> Response:
    """Show the list that may be kept, as strangers may see it, with what keeps it."""
    return closed(squeezed([kept_page("")], "text/html", PACKING))


@maps.get("/resources.html")
@may(anyone)
def resources_html() -> Response:
    """Send the same list as a file, for phones and browsers that keep nothing by themselves."""
    return closed(sent(iter([kept_page(settings().base_url)]), "text/html"))


@maps.get("/resources/worker.js")
@may(anyone)
def worker_js() -> Response:
    """Send what gives the kept list back without a net; its address says how far it reaches."""
    script = Path(str(current_app.static_folder), "js", "kept-worker.js").read_text("utf-8")
    return fresh_each_time(Response(script, mimetype="text/javascript"))


def closed(response: Response) -> Response:
    """Let nothing run in the page but what it encloses."""
    response.headers["Content-Security-Policy"] = enclosed().policy + FRAMES
    return response


def kept_page(home: str) -> str:
    """Draw the list; *home* is what its addresses begin with where it is no page of ours."""
    where = where_asked()
    _form, near, found = asked(Eyes(), MultiDict(where))
    start = clock.now().replace(second=0, microsecond=0)
    drawn = numbered(kept_cards(found, start), by_name=near.point is None)
    return render_template(
        "maps/keep_resources.html",
        home=home,
        where={**where, "lang": i18n.language()},
        kinds=[(kind, list(theirs)) for kind, theirs in groupby(drawn, key=kind_of)],
        pictures=pictures_of(found, [card["hit"].point for card in drawn]),
        shown=len(drawn),
        total=found.total,
        as_of=start,
        days=AHEAD.days,
        enclosed=enclosed(),
    )


def kept_cards(found: Search, start: datetime) -> list[Card]:
    """Return what the list says of each place: facts, a week of hours, and doors of two weeks."""
    drawn: list[Card] = [*cards(found.hits(limit=MOST_KEPT))]
    return [
        {**card, "week": week_words(hours), "ahead": doors_ahead(hours_kept(card), start)}
        for card, hours in with_hours(drawn)
    ]


def hours_kept(card: Card) -> Hours:
    """Return the hours of a place as the days ahead need them."""
    row: Resource = card["resource"]
    return Hours(card["usual"], row.emergency_hours, row.emergency_until)


def numbered(drawn: list[Card], *, by_name: bool) -> list[Card]:
    """Put the places under the wider kind of help each belongs to, and count them."""
    language, terms = i18n.language(), {term.id: term for term in categories()}
    if by_name:
        drawn = sorted(drawn, key=lambda card: card["resource"].name.casefold())
    for card in drawn:
        own = card["resource"].category
        card["kind"] = terms.get(own.parent_id, own).label(language)
    ordered = sorted(drawn, key=lambda card: kind_of(card).casefold())
    return [{**card, "number": number} for number, card in enumerate(ordered, start=1)]


def kind_of(card: Card) -> str:
    """Return under which heading a place stands."""
    return str(card["kind"])
