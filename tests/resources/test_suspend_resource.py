"""Promises of a place that is shut for now, and of taking such a change back."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from nucleus.ground.clock import held_at, now
from nucleus.ground.lifecycle import GRAPHS, WrongMove
from nucleus.resources.policy import FINDABLE
from nucleus.resources.queries import revisions_of
from nucleus.resources.services import (
    Occasion,
    change_state,
    retire_resource,
    suspend_resource,
    verify_resource,
)
from nucleus.resources.undoing.services import undo_revision
from tests.cast import Cast
from tests.resources.furnish import put_resource, resource

STATES = ("proposed", "verified", "suspended", "retired")


def test_nobody_finds_it_until_it_is_open_again(cast: Cast, client: FlaskClient) -> None:
    with cast.stage():
        number = put_resource("Docce Aurora")
    carla, url = cast.signed_in(cast.carla), f"/resources/resource/suspend/{number}"
    assert "Docce Aurora" in carla.get(url).text
    assert carla.post(url, data={"why": ""}).status_code == 422
    last = now().date() + timedelta(days=9)
    said = {"why": "Lavori alle docce", "until": last.isoformat()}
    assert carla.post(url, data=said).status_code == 303
    assert carla.post(url, data=said).status_code == 303
    page = f"/resources/resource/show/{number}"
    assert client.get(page).status_code == 404
    assert client.get("/maps/resources.geojson").get_json()["features"] == []
    with cast.stage():
        (change,) = revisions_of(number)
        assert (change.before, change.after) == ({"state": "proposed"}, {"state": "suspended"})
        assert change.why == "Lavori alle docce"
        assert {row.due_at.date() for row in resource(number).freshness} == {
            last + timedelta(days=1)
        }
    assert carla.post(f"/resources/resource/verify/{number}", data={"how": "call"}).location
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("until", ["2020-01-01", "2099-01-01"])
def test_a_day_that_is_over_or_far_is_refused(cast: Cast, until: str) -> None:
    with cast.stage():
        number = put_resource()
    url, said = f"/resources/resource/suspend/{number}", {"why": "Ferie", "until": until}
    assert cast.signed_in(cast.carla).post(url, data=said).status_code == 422
    with cast.stage():
        assert resource(number).state == "proposed"


def test_a_place_taken_out_by_mistake_is_put_back(cast: Cast, client: FlaskClient) -> None:
    with cast.stage():
        number = put_resource()
        entry = resource(number)
        verify_resource(entry, actor=cast.carla, how="visit")
        retire_resource(entry, actor=cast.carla)
        undo = f"/resources/revision/undo/{revisions_of(number)[0].id}"
    carla = cast.signed_in(cast.carla)
    assert carla.post(undo).status_code == 303
    assert client.get(f"/resources/resource/show/{number}").status_code == 200
    with cast.stage():
        assert resource(number).state == "verified"
    chosen = {"chosen": "1", "facts": ["state"]}
    assert carla.post(undo, data=chosen).status_code == 303  # again, after it was put back


def test_every_walk_through_the_states_can_be_walked_back(cast: Cast) -> None:
    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.sampled_from(STATES), max_size=6))
    def walk(steps: list[str]) -> None:
        with cast.stage():
            number, trail = put_resource(), ["proposed"]
            entry = resource(number)
            for step in steps:
                if step in GRAPHS["resource.state"][entry.state]:
                    change_state(entry, step, Occasion(cast.carla))
                    trail.append(step)
                else:
                    with pytest.raises(WrongMove):
                        change_state(entry, step, Occasion(cast.carla))
                assert (entry.state in FINDABLE) == (trail[-1] in FINDABLE)
            for change, was in zip(revisions_of(number), reversed(trail[:-1]), strict=True):
                undo_revision(change, actor=cast.carla)
                assert entry.state == was

    walk()


def test_without_a_last_day_somebody_looks_in_a_month(cast: Cast) -> None:
    with cast.stage(), held_at(now()):
        entry = resource(put_resource())
        suspend_resource(entry, actor=cast.carla)
        assert {row.due_at - now() for row in entry.freshness} == {timedelta(days=30)}
