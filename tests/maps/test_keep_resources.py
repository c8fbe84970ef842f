"""Promises of the list somebody keeps: it is whole, holds no secret, and says nothing of them."""

import re
from base64 import b64encode
from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from maps.areas.services import AreaFacts, add_area
from maps.earth.geometry import Point
from maps.earth.shapes import Circle, Region
from maps.models import Area
from maps.sheets.ahead import AHEAD, Hours, doors_ahead
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.resources.hours import ITALY, OpenState, is_open_at
from tests.cast import Cast
from tests.resources.furnish import AVERSA, NAPLES, SECRET, put_resource

KEEP = "/maps/resources/keep?lang=en"
FILE = "/maps/resources.html?lang=en"
NOON = datetime(2026, 12, 22, 12, tzinfo=ITALY)  # Christmas is ahead
ENCLOSED = re.compile(r"<(script|style)[^>]*>(.*?)</\1>", re.S)
LOADED = re.compile(
    r"""<(?:script|img|iframe|source|audio|video|object|embed)[^>]*\s(?:src|data)="""
)


def test_both_ways_of_keeping_bring_everything_along_and_let_nothing_else_run(
    cast: Cast, client: FlaskClient
) -> None:
    with cast.stage():
        put_resource("<script>alert(1)</script>", what="</style><img src=x onerror=alert(2)>")
    for address in (KEEP, FILE):
        answer = client.get(address)
        policy = answer.headers["Content-Security-Policy"]
        parts = ENCLOSED.findall(answer.text)
        sums = {b64encode(sha256(words.encode()).digest()).decode() for _, words in parts}
        assert set(re.findall(r"'sha256-([^']+)'", policy)) == sums
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "Set-Cookie" not in answer.headers
        assert [kind for kind, _ in parts] == ["style", "script", "script"]
        assert not LOADED.search(answer.text)
        assert '<link rel="stylesheet"' not in answer.text


def test_a_list_holds_what_strangers_may_know_whoever_keeps_it(cast: Cast) -> None:
    with cast.stage():
        put_resource("Rifugio Alba", where=SECRET)
        for circle in ("members", "responders", "coordinators"):
            put_resource(f"Solo {circle}", visibility=circle)
    carla = cast.signed_in(cast.carla)
    for address in (KEEP, FILE, f"{KEEP}&near=Aversa"):
        page = carla.get(address).text
        assert "Rifugio Alba" in page
        assert "we do not say where it is" in page
        for word in ("Segretissimo", "40.9612", "14.1876", "Solo ", "csrf", "Carla"):
            assert word not in page, word


def test_a_list_says_nothing_of_what_was_looked_for(cast: Cast, client: FlaskClient) -> None:
    with cast.stage():
        put_resource("Mensa Pace", where=AVERSA, category="food")
        put_resource("Sportello Aurora", where=NAPLES)
    client.post("/maps/resources/show", data={"lat": "40.9731", "lon": "14.2066"})
    search = "/maps/resources/show?here=1&text=mensa&category=food&who=women&open_now=y&lang=en"
    page = client.get(search).text
    (link,) = re.findall(r'href="(/maps/resources/keep[^"]*)"', page)
    for word in ("mensa", "food", "women", "open_now", "here", "40.97", "near", "Aversa"):
        assert word not in link, word
    kept = client.get(link.replace("&amp;", "&") + "&text=mensa&category=food").text
    assert "Sportello Aurora" in kept, "all kinds of help, whatever was asked"
    assert "<title>Useful numbers</title>" in kept


def test_an_area_of_the_house_is_not_named_in_a_list(cast: Cast) -> None:
    carla = cast.signed_in(cast.carla)
    region = Region((Circle(Point(40.98, 14.2), 3.0),))
    with cast.stage():
        put_resource("Mensa Pace", where=AVERSA)
        facts = AreaFacts("Alluvione", "Acqua alta.", region, now() + timedelta(days=2))
        area = add_area(facts, actor=cast.carla)
        number = area.id
    search = f"/maps/resources/show?area={number}&lang=en"
    assert f"keep?area={number}" not in carla.get(search).text
    with cast.stage():
        db.session.get_one(Area, number).public = True
    assert f"keep?area={number}" in carla.get(search).text
    for odd in ("9" * 30, "x", "0"):
        assert cast.app.test_client().get(f"{KEEP}&area={odd}").status_code == 200


def test_the_nearest_places_come_first_and_the_rest_is_counted(
    cast: Cast, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("maps.views.keeping.MOST_KEPT", 1)
    with cast.stage():
        put_resource("Vicino", where=AVERSA)
        put_resource("Lontano", where=NAPLES)
    page = client.get(f"{KEEP}&near=Aversa").text
    assert "Vicino" in page
    assert "Lontano" not in page
    assert "Only the first 1 of 2" in page


def test_a_file_is_called_neutrally_and_leads_back_to_the_house(
    cast: Cast, client: FlaskClient
) -> None:
    with cast.stage():
        put_resource(phones=["+390815550123"])
    answer = client.get(FILE)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="places.html"'
    assert 'href="tel:+390815550123"' in answer.text
    assert not re.search(r'href="/', answer.text), "a file has no house around it"


def test_the_worker_reaches_no_further_than_the_list(client: FlaskClient) -> None:
    answer = client.get("/maps/resources/worker.js")
    assert answer.mimetype == "text/javascript"
    assert "Service-Worker-Allowed" not in answer.headers
    assert answer.headers["Cache-Control"] == "private, no-cache"


HOURS = st.sampled_from(
    ["24/7", "Mo-Fr 08:00-12:00,12:00-14:00; Sa 22:00-04:00", "Mo-Su 09:00-18:00; PH off",
     "Tu,Th 15:00-19:00; PH 10:00-12:00", "Dec 24-26 off; Mo-Su 07:00-23:30", None, "boh"]
)  # fmt: skip


@given(HOURS, HOURS, st.integers(0, 20), st.integers(0, 14 * 1440 - 1))
def test_the_days_ahead_say_the_same_as_the_hours(
    usual: str | None, emergency: str | None, until: int, minute: int
) -> None:
    last = (NOON + timedelta(days=until)).date()
    moment = NOON + timedelta(minutes=minute)
    told = doors_ahead(Hours(usual, emergency, last), NOON)
    in_force = emergency if emergency and moment.date() <= last else usual
    assert state_in(told, minute) is is_open_at(in_force, moment)


def state_in(told: str, minute: int) -> OpenState:
    for opens, sign, closes in re.findall(r"(\d+)([-?])(\d+)", told):
        if int(opens) <= minute < int(closes):
            return OpenState.OPEN if sign == "-" else OpenState.UNKNOWN
    return OpenState.CLOSED


def test_two_weeks_are_told_and_no_more() -> None:
    last = AHEAD // timedelta(minutes=1)
    assert doors_ahead(Hours("24/7"), NOON) == f"0-{last}"
    assert doors_ahead(Hours(None), NOON) == f"0?{last}"
