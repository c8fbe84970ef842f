"""Schemathesis walks the whole specification with every kind of token: never a fault of ours.

A small, repeatable walk by default; `NUCLEUS_FUZZ=500` walks further, at random.
"""

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy, sampled_from
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

from nucleus.ground import api, clock
from tests.alerts.api.conftest import Robot, maker
from tests.alerts.stage import opened
from tests.cast import Cast
from tests.resources.furnish import SECRET, put_resource, resource

MANY = int(os.environ.get("NUCLEUS_FUZZ", "0"))
WALK = settings(
    max_examples=MANY or 12,
    derandomize=not MANY,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
PRIVATE = (
    "Bea ", "Vito", "Amina", "Luca", "Carla", "@example.org", "Traceback", "sqlalchemy",
    "Segretissimo", "40.961234", "14.187654")  # fmt: skip
NUMBERS = ("A-1001", "A-1002", "A-1003", "A-1")
PLACE = "the-place-nobody-may-find"
NOT_HERE = {"positive_data_acceptance", "ignored_auth"}
"""What fits the schema may still name a town nobody knows; and the walk brings its own tokens."""


@pytest.fixture
def house(cast: Cast) -> Iterator[Cast]:
    """A house with alerts of every kind, whose clock stands between two calls."""
    cast.app.testing = False
    with clock.held_at(clock.now()):
        with cast.stage():
            opened(cast, scale="area")
            opened(cast, person_id=cast.bea, what="Bea needs company")
            put_resource()
            resource(put_resource("Rifugio Alba", where=SECRET)).uid = PLACE
        maker(cast)().raises(scale="person")
        yield cast


def callers(house: Cast) -> list[Robot]:
    """Return all kinds of programs: each scope, all, another association's, none."""
    make = maker(house)
    kinds = [make(scope.name) for scope in api_scopes(house.app)]
    kinds += [make(), make(), make(organisation=house.other_organisation)]
    return [*kinds, Robot(house, "nuc_" + "x" * 43), Robot(house, "")]


def api_scopes(app: Flask) -> tuple[api.Scope, ...]:
    with app.app_context():
        return api.scopes()


def checks(door: str) -> list[Any]:
    """Return what is looked at; a question that is wrong only in what is not sent is not wrong."""
    not_here = NOT_HERE | ({"negative_data_rejection"} if door == "GET" else set())
    return [check for check in CHECKS.get_all() if check.__name__ not in not_here]


def shown(robot: Robot) -> dict[str, str]:
    clock.advance(timedelta(seconds=1))
    return {"Authorization": f"Bearer {robot.token}"} if robot.token else {}


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: str(mode.value))
def test_every_door_answers_as_it_says(house: Cast, mode: GenerationMode) -> None:
    """What fits the specification and what does not, in every place of every request."""
    robots = callers(house)
    whole = schemathesis.openapi.from_wsgi("/api/openapi.json", house.app)
    found: list[Any] = list(whole.get_all_operations())
    doors = [each.ok() for each in found]
    assert len(doors) > 15
    for door in doors:
        if can_be(door, mode):
            walk(door.as_strategy(generation_mode=mode), robots, mode)


def walk(cases: SearchStrategy[Any], robots: list[Robot], mode: GenerationMode) -> None:
    """Call one door many times, by any of these programs."""

    @WALK
    @given(cases, sampled_from(robots), sampled_from(NUMBERS))
    def call(case: Any, robot: Robot, number: str) -> None:
        if mode is GenerationMode.POSITIVE and "number" in case.path_parameters:
            case.path_parameters["number"] = number
        if mode is GenerationMode.POSITIVE and "uid" in case.path_parameters:
            case.path_parameters["uid"] = PLACE
        answer = case.call(headers=shown(robot))
        assert answer.status_code < 500, answer.text
        case.validate_response(answer, checks=checks(case.method))
        assert not [words for words in PRIVATE if words in answer.text]

    call()


def can_be(door: Any, mode: GenerationMode) -> bool:
    """A door that takes nothing can be sent nothing wrong."""
    takes = door.body or door.query or door.path_parameters or door.headers
    return mode is GenerationMode.POSITIVE or bool(takes)
