"""Promises of a link to an area: outside sees what strangers may see, until it ends."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from maps.areas.queries import token_of
from maps.areas.services import AreaFacts, add_area, add_share, end_area
from maps.earth.shapes import Region, Town
from maps.models import Area, AreaLink
from nucleus.ground.clock import local, now
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from tests.cast import Cast
from tests.resources.furnish import AVERSA, SECRET, TEVEROLA, put_resource

TOWNS = (Town("Aversa", "CE"), Town("Teverola", "CE"))
PAGES = ("show/{}", "print/{}", "{}/pins.geojson", "{}/shape.geojson")


@pytest.fixture
def area(cast: Cast) -> int:
    """An area of the house alone, with one open door and one nobody may find."""
    with cast.stage():
        put_resource("Mensa della Pace", where=AVERSA, phones=["+390815550123"])
        put_resource("Sportello Teverola", where=TEVEROLA)
        put_resource("Rifugio Alba", where=SECRET, visibility="coordinators")
        put_resource("Centro Luna", where=SECRET)
        facts = AreaFacts("Piena", "Acqua.", Region(towns=TOWNS), now() + timedelta(days=2))
        return add_area(facts, actor=cast.carla).id


def link_to(cast: Cast, area: int, hours: int = 24) -> str:
    with cast.stage():
        end = now() + timedelta(hours=hours)
        opened = db.session.get_one(Area, area)
        return token_of(add_share(opened, "Il municipio", end, actor=cast.carla))


def statuses(client: FlaskClient, token: str) -> set[int]:
    return {client.get(f"/maps/share/{page.format(token)}").status_code for page in PAGES}


def test_a_coordinator_makes_a_link_that_opens_for_strangers(cast: Cast, area: int) -> None:
    carla, stranger = cast.signed_in(cast.carla), cast.app.test_client()
    until = f"{local(now() + timedelta(days=1), 'Europe/Rome'):%Y-%m-%dT%H:%M}"
    made = carla.post(f"/maps/share/add/{area}", data={"label": "Il municipio", "until": until})
    assert made.status_code == 303
    token = link_to(cast, area)
    assert token in carla.get(f"/maps/share/add/{area}").text
    page = stranger.get(f"/maps/share/show/{token}?lang=en").text
    assert "Mensa della Pace" in page
    assert stranger.get(f"/maps/area/show/{area}").status_code == 404, "the area itself stays shut"
    with cast.app.app_context():
        words = db.session.scalars(select(LogEntry.word).where(LogEntry.word.like("%share"))).all()
        assert words == ["maps.add_share"] * 2
        (kept, _) = db.session.scalars(select(AreaLink)).all()
        assert token_of(kept).partition("-")[2] not in kept.nonce, "the link is stored nowhere"


def test_nothing_secret_is_in_what_a_link_opens_even_for_who_is_signed_in(
    cast: Cast, area: int
) -> None:
    token = link_to(cast, area)
    for client in (cast.app.test_client(), cast.signed_in(cast.carla)):
        for page in PAGES:
            told = client.get(f"/maps/share/{page.format(token)}").text
            for word in ("Rifugio Alba", "Segretissimo", "40.9612", "14.1876"):
                assert word not in told, page


def test_one_sheet_a_town_and_no_town_of_elsewhere(cast: Cast, area: int) -> None:
    token, stranger = link_to(cast, area), cast.app.test_client()
    address = f"/maps/share/print/{token}?lang=en&comune="
    sheet = stranger.get(address + "Teverola+(CE)").text
    assert "Sportello Teverola" in sheet
    assert "Mensa della Pace" not in sheet
    assert f"/maps/share/show/{token}" in sheet, "the code leads to the link, not into the house"
    assert stranger.get(address + "Napoli+(NA)").status_code == 404


def test_a_link_that_was_taken_back_or_is_too_old_opens_nothing(cast: Cast, area: int) -> None:
    stranger = cast.app.test_client()
    withdrawn, short = link_to(cast, area), link_to(cast, area, hours=-1)
    assert statuses(stranger, withdrawn) == {200}
    link = int(withdrawn.partition("-")[0], 36)
    assert cast.signed_in(cast.vito).post(f"/maps/share/withdraw/{link}").status_code == 404
    assert cast.signed_in(cast.carla).post(f"/maps/share/withdraw/{link}").status_code == 303
    assert statuses(stranger, withdrawn) == {410}
    assert statuses(stranger, short) == {410}
    over = stranger.get(f"/maps/share/show/{withdrawn}?lang=en").text
    assert "This link is over" in over
    assert "Piena" not in over


def test_a_link_ends_with_its_area(cast: Cast, area: int) -> None:
    token = link_to(cast, area)
    with cast.stage():
        end_area(db.session.get_one(Area, area), actor=cast.carla)
    assert statuses(cast.app.test_client(), token) == {410}


@pytest.mark.parametrize("change", ["cut", "other", "next"])
def test_a_link_that_was_cut_or_guessed_opens_nothing(cast: Cast, area: int, change: str) -> None:
    token = link_to(cast, area)
    head, _, mac = token.partition("-")
    wrong = {"cut": token[:-1], "other": f"{head}-{mac[::-1]}", "next": f"{head}0-{mac}"}[change]
    assert statuses(cast.app.test_client(), wrong) == {404}


@pytest.mark.parametrize("hours", [-2, 24 * 9])
def test_a_link_works_from_now_to_the_end_of_its_area(cast: Cast, area: int, hours: int) -> None:
    until = f"{local(now() + timedelta(hours=hours), 'Europe/Rome'):%Y-%m-%dT%H:%M}"
    carla = cast.signed_in(cast.carla)
    answer = carla.post(f"/maps/share/add/{area}?lang=en", data={"label": "X y", "until": until})
    assert answer.status_code == 422
    assert "to the end of this area" in answer.text
