"""Promises of saying how many are free."""

from datetime import timedelta

from nucleus.resources.freshness import BEDS_TERM
from tests.cast import Cast
from tests.resources.furnish import put_resource, resource


def test_three_numbers_are_seen_by_everybody_with_their_hour(cast: Cast) -> None:
    with cast.stage():
        number = put_resource(capacity_unit="posti letto")
    form = {"capacity_unit": "posti letto", "capacity_free": "0", "capacity_max": "12"}
    carla = cast.signed_in(cast.carla)
    assert carla.post(f"/resources/capacity/edit/{number}", data=form).status_code == 303
    page = cast.app.test_client().get(f"/resources/resource/show/{number}?lang=en").text
    assert "0 free of 12" in page.replace("0 liberi di 12", "0 free of 12")
    with cast.stage():
        row = resource(number)
        assert row.capacity_at
        fresh = next(one for one in row.freshness if one.field_group == "capacity")
        assert fresh.confirmed_at
        assert timedelta(0) < fresh.due_at - fresh.confirmed_at <= BEDS_TERM


def test_saying_the_same_again_is_news(cast: Cast) -> None:
    with cast.stage():
        number = put_resource(capacity_unit="beds", capacity_free=3, capacity_max=4)
    with cast.stage():
        before = resource(number).capacity_at
    form = {"capacity_unit": "beds", "capacity_free": "3", "capacity_max": "4"}
    cast.signed_in(cast.carla).post(f"/resources/capacity/edit/{number}", data=form)
    with cast.stage():
        after = resource(number).capacity_at
        assert before
        assert after
        assert after > before


def test_more_free_than_there_are_is_refused_in_words(cast: Cast) -> None:
    with cast.stage():
        number = put_resource()
    carla = cast.signed_in(cast.carla)
    for form in (
        {"capacity_unit": "beds", "capacity_free": "5", "capacity_max": "4"},
        {"capacity_free": "5"},
        {"capacity_unit": "beds", "capacity_free": "-1"},
        {"capacity_unit": "beds", "capacity_free": "many"},
    ):
        answer = carla.post(f"/resources/capacity/edit/{number}", data=form)
        assert answer.status_code == 422
        assert 'id="problems"' in answer.text
