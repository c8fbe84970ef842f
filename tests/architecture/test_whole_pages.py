"""Whoever has no account reads every page they can open wholly in a language of theirs."""

from collections.abc import Iterator
from typing import Any

from flask import Flask, render_template, url_for
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from maps.models import Area
from nucleus.ground import clock, web
from nucleus.ground.database import db
from tests.browser.pages import NOT_PAGES, furnish
from tests.cast import Cast
from tests.resources.furnish import SECRET, put_resource, resource
from tests.unsaid import unsaid_in

Examples = dict[str, dict[str, Any]]


def pages_for_anybody(app: Flask, examples: Examples) -> Iterator[str]:
    """Each page anybody may open, apart from those that are only for programmers."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if getattr(view, "policy", None) is not web.anyone or "GET" not in (rule.methods or ()):
            continue
        if rule.endpoint not in NOT_PAGES and not hasattr(view, "speaks_inside"):
            with app.test_request_context():
                yield url_for(rule.endpoint, lang="ar", **examples.get(rule.endpoint, {}))


def odd_answers(client: FlaskClient) -> Iterator[TestResponse]:
    """Walk what is refused, empty, unknown or over."""
    for question in (
        "near=Roma",
        "near=Samone",
        "near=Nowhere&text=qwertz&open_now=y&wheelchair=y",
        "text=aurora+qwertz&who=women&within=5&near=Aversa",
        "category=food&language=it&comune=Aversa&text=Spotrello",
    ):
        yield client.get(f"/maps/resources/show?{question}")
    for address in ("/nothing", "/accounts/me/show", "/maps/resources.geojson"):
        yield client.get(address)
    for address, told in (
        ("/maps/near/set", {"town": "Nowhere"}),
        ("/maps/near/set", {"town": "Samone"}),
        ("/maps/resources/show", {"lat": "x", "lon": "y"}),
        ("/accounts/sign-in", {"email": "a@example.org", "password": "x"}),
        ("/accounts/link/ask", {"email": "a@example.org"}),
        ("/accounts/code/give", {"code": "000000"}),
        ("/accounts/code/give", {}),
        ("/leave/explain", {}),
    ):
        yield client.post(address, data=told)
    yield client.get("/")


def every_error(app: Flask, code: str) -> Iterator[str]:
    """Draw each page of something that went wrong."""
    with app.test_request_context(f"/?lang={code}"):
        for error in (*web.SPOKEN_ERRORS, 500, 503, "stale_form"):
            yield render_template(f"errors/{error}.html", reference="1")
        yield render_template("accounts/_resting.html", until=clock.now(), form=None)
        yield render_template("maps/_over_share.html")


def with_every_fact(cast: Cast) -> str:
    """Put a place of which much is known, and return the address of its page."""
    today = clock.now().date()
    facts: dict[str, Any] = {
        "hours": "Mo-Su 08:00-20:00",
        "age_from": 3,
        "age_to": 9,
        "documents": "…",
    }
    with cast.stage():
        number = put_resource("Mensa", category="food", capacity_unit="…", capacity_free=2, **facts)
        put_resource("Rifugio", where=SECRET, category="shelter", by_appointment=True)
        place = resource(number)
        place.emergency_hours, place.emergency_until = "24/7", today
        place.silent_calls, place.hours_unsure, place.capacity_at = 3, True, clock.now()
        for area in db.session.scalars(select(Area)):
            area.public = True
    return f"/resources/resource/show/{number}"


def test_no_page_for_anybody_falls_back_to_another_language(cast: Cast) -> None:
    """Not one word. `.ci/messages.py` holds that what is said in one is said in all six."""
    examples = furnish(cast)
    addresses = [*pages_for_anybody(cast.app, examples), with_every_fact(cast)]
    unsaid, client = unsaid_in(cast.app, "ar"), cast.app.test_client()
    client.post("/language", data={"language": "ar"})
    pages = [client.get(address) for address in addresses] + list(odd_answers(client))
    drawn = [page.text for page in pages if page.mimetype == "text/html" and "<body" in page.text]
    assert len(drawn) > len(addresses) / 2
    for page in [*drawn, *every_error(cast.app, "ar")]:
        assert '<html lang="ar" dir="rtl"' in page, page[:500]
    assert unsaid == set()
