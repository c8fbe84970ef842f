"""Promises of the page of one place."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from nucleus.ground.clock import held_at, now
from nucleus.places.services import Whereabouts
from nucleus.resources.holidays.queries import NO_HOLIDAYS
from nucleus.resources.hours import ITALY
from nucleus.resources.queries import opening_of
from nucleus.resources.services import edit_capacity, verify_resource
from tests.cast import Cast
from tests.resources.furnish import AVERSA, SECRET, put_resource, resource

MONDAY_AT_TEN = datetime(2026, 11, 23, 10, tzinfo=ITALY)
FACTS: dict[str, Any] = {
    "phones": ["+390815550123", "+393331234567"],
    "hours": "Mo-Fr 08:30-12:30; Sa 09:00-10:00",
    "hours_words": "dal lunedì al venerdì 8.30-12.30 sabato 9-10",
    "what": "Tessere e ascolto.",
    "how_to_get_in": "Suona al secondo citofono.",
    "cost": "Niente",
    "documents": "Nessuno",
    "who_for": "Chiunque",
    "email": "aurora@example.org",
    "web": "https://example.org/aurora",
}


def page(client: FlaskClient, number: int) -> str:
    answer = client.get(f"/resources/resource/show/{number}?lang=en")
    assert answer.status_code == 200
    return answer.text


def test_names_are_joined_as_the_reader_s_language_joins_them_and_each_keeps_its_direction(
    cast: Cast, client: FlaskClient
) -> None:
    with cast.stage():
        number = put_resource(languages=("it", "ar", "fr"))
    shown = client.get(f"/resources/resource/show/{number}?lang=ar").text
    for name in ("الإيطالية", "العربية", "الفرنسية"):
        assert f"<bdi>{name}</bdi>" in shown
    assert "</bdi> و<bdi>" in shown
    assert "</bdi>, <bdi>" not in shown


def test_a_place_says_first_whether_it_is_open_and_how_to_call(
    cast: Cast, client: FlaskClient
) -> None:
    with cast.stage():
        number = put_resource(languages=("it", "ar"), **FACTS)
    with held_at(MONDAY_AT_TEN):
        told = page(client, number)
    assert "Open now" in told
    assert "closes at" in told
    assert 'href="tel:+390815550123"' in told
    assert "08:30–12:30" in told
    assert "<bdi>Arabic</bdi> and <bdi>Italian</bdi>" in told
    for fact in ("Tessere e ascolto.", "Suona al secondo citofono.", "Via Roma 8", "Chiunque"):
        assert fact in told


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (MONDAY_AT_TEN + timedelta(hours=2, minutes=10), "soon: call before you set out"),
        (MONDAY_AT_TEN + timedelta(hours=8), "tomorrow at"),
        (MONDAY_AT_TEN - timedelta(hours=4), "today at"),
        (MONDAY_AT_TEN + timedelta(days=5, hours=3), "Monday at"),
        (MONDAY_AT_TEN + timedelta(days=6), "Closed all day today."),
    ],
)
def test_a_door_says_what_comes_next(
    cast: Cast, client: FlaskClient, moment: datetime, words: str
) -> None:
    with cast.stage():
        number = put_resource(**FACTS)
    with held_at(moment):
        assert words in page(client, number)


def test_hours_nobody_could_read_are_shown_as_they_were_said(
    cast: Cast, client: FlaskClient
) -> None:
    with cast.stage():
        number = put_resource(hours=None, hours_words="quando piove", hours_unsure=True)
    told = page(client, number)
    assert "quando piove" in told
    assert "Hours not known: call first" in told


def test_a_place_says_how_long_ago_it_was_confirmed(cast: Cast, client: FlaskClient) -> None:
    with cast.stage():
        number = put_resource()
    assert "Not confirmed yet" in page(client, number)
    with held_at(now() - timedelta(days=200)), cast.stage():
        verify_resource(resource(number), actor=cast.carla, how="call")
    told = page(client, number)
    assert "Confirmed 200 days ago" in told
    assert "That is long ago" in told


def test_telling_how_many_are_free_confirms_nothing_else(cast: Cast, client: FlaskClient) -> None:
    """Beds are told every evening: that must not make old hours look checked today."""
    with cast.stage():
        number = put_resource(capacity_unit="letti")
    with held_at(now() - timedelta(days=200)), cast.stage():
        verify_resource(resource(number), actor=cast.carla, how="call")
    with cast.stage():
        edit_capacity(resource(number), {"capacity_free": 3}, actor=cast.carla)
    told = page(client, number)
    assert "That is long ago" in told
    beds = told.split("<dt>Free places</dt>")[1].split("</dd>")[0]
    assert "Confirmed today" in beds
    hours = told.split("<dt>Hours</dt>")[1].split("</dd>")[0]
    assert "Confirmed 200 days ago" in hours
    assert "by telephone" in hours
    assert "To be checked again" not in told
    kept = page(cast.signed_in(cast.carla), number)
    assert "To be checked again" in kept
    pins = client.get("/maps/resources.geojson").get_json()["features"]
    assert [pin["properties"]["days"] for pin in pins] == [200]


def test_a_name_that_is_code_is_only_a_name(cast: Cast, client: FlaskClient) -> None:
    with cast.stage():
        number = put_resource("<img src=x onerror=alert(1)>")
    assert "<img" not in page(client, number)


def test_a_retired_place_is_gone_for_all_but_coordinators(cast: Cast, client: FlaskClient) -> None:
    with cast.stage():
        number = put_resource(state="retired")
    assert client.get(f"/resources/resource/show/{number}").status_code == 404
    told = cast.signed_in(cast.carla).get(f"/resources/resource/show/{number}?lang=en")
    assert "not in the list any more" in told.text


def test_only_coordinators_see_the_buttons_that_keep_it_true(
    cast: Cast, client: FlaskClient
) -> None:
    with cast.stage():
        number = put_resource()
    assert "Keep it true" not in page(client, number)
    assert "Keep it true" not in page(cast.signed_in(cast.bea), number)
    assert "Keep it true" in page(cast.signed_in(cast.carla), number)


def test_hours_for_now_hold_on_page_and_map_until_their_last_day(
    cast: Cast, client: FlaskClient
) -> None:
    with cast.stage():
        last = MONDAY_AT_TEN.date()
        number = put_resource(
            hours="Mo-Su 08:00-20:00", emergency_hours="Mo-Su 14:00-16:00", emergency_until=last
        )
    asked = "/maps/resources/show?open_now=y&lang=en"
    with held_at(MONDAY_AT_TEN):
        told = page(client, number)
        assert "Other hours than usual until" in told
        assert "Closed now" in told
        assert "Sportello Aurora" not in client.get(asked).text
    with held_at(MONDAY_AT_TEN + timedelta(days=1)):
        told = page(client, number)
        assert "Other hours than usual until" not in told
        assert "Open now" in told
        assert "Sportello Aurora" in client.get(asked).text
    with held_at(MONDAY_AT_TEN + timedelta(hours=8)):
        assert "Closed now" in page(client, number)
        with cast.stage():
            opening = opening_of(resource(number), now(), NO_HOLIDAYS)
            assert opening.opens_at is None, "the hours for now say nothing of tomorrow"


def test_the_number_to_call_stands_before_all_that_takes_long_to_read(
    cast: Cast, client: FlaskClient
) -> None:
    with cast.stage():
        number = put_resource(**FACTS)
    told = page(client, number)
    parts = "tel:+390815550123", "How sure we are:", "<h2>Hours</h2>", "Tessere e ascolto."
    assert [told.index(part) for part in parts] == sorted(told.index(part) for part in parts)


def test_the_week_is_told_day_by_day_in_the_readers_language(
    cast: Cast, client: FlaskClient
) -> None:
    with cast.stage():
        number = put_resource(**FACTS)
        unknown = put_resource("Mensa", hours=None, hours_words="quando capita")
    with held_at(MONDAY_AT_TEN):
        told, silent = page(client, number), page(client, unknown)
    week = told[told.index("The next seven days") : told.index("</dl>")]
    assert "<dt>Saturday 28</dt>" in week
    assert "09:00–10:00" in week
    assert week.count("closed") == 1
    assert "The next seven days" not in silent


def test_a_phone_is_led_to_the_door_but_never_to_a_hidden_one(
    cast: Cast, client: FlaskClient
) -> None:
    with cast.stage():
        number = put_resource("Mensa & Co", where=AVERSA)
        secret = put_resource("Rifugio", where=SECRET)
        vague = put_resource("Altrove", where=Whereabouts("Via Roma", "Aversa", "CE"))
        for place in (resource(number).place, resource(secret).place):
            assert place
            place.precision = "pin"
    coordinator = cast.signed_in(cast.carla)
    assert 'href="geo:40.97300,14.20650?q=40.97300,14.20650(Mensa%20%26%20Co)"' in page(
        client, number
    )
    assert "geo:" not in page(client, secret) + page(coordinator, secret)
    assert "Only the town is known" in page(client, vague)
