"""Whoever does not look after a place gets through none of the doors that change it.

Coordinators of two associations knock at every door about every kind of place, also at one that
is built later. That allowed people come in is asked of the pages; what they do there has its own
promises.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.routing import Rule

from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from nucleus.people.models import Organisation, Person, Role
from nucleus.resources.keeping.services import edit_area
from nucleus.resources.models import Resource
from nucleus.resources.photos.pictures import Caption
from nucleus.resources.photos.services import add_photo
from nucleus.resources.policy import may_edit_resource
from nucleus.resources.queries import revisions_of
from nucleus.resources.reach import Patch
from nucleus.resources.services import Occasion, edit_resource, suspend_resource
from nucleus.resources.suggesting.models import Suggestion
from nucleus.resources.suggesting.services import Said, Sender, add_suggestion
from nucleus.resources.twins.merging import merge_twin
from nucleus.resources.twins.models import TwinPair
from tests.architecture.doors import newcomer
from tests.cast import Cast
from tests.resources.furnish import (
    DOT,
    NAPLES,
    SECRET,
    TEVEROLA,
    put_pair,
    put_resource,
    resource,
)

ROOMS = ("resources.", "maps.", "maps_api.", "hsds.")
FOR_ANYBODY = {
    "resources.show_resource",
    "resources.show_photo",
    "resources.choose_suggestion",
    "resources.add_suggestion",
}
"""Doors that follow who may see a place, not who looks after it."""

KNOCKED_AT = ("ours", "theirs", "hidden")
SHUT_OUT = {301, 302, 401, 403, 404}
ABOUT = {"resource_id", "suggestion_id", "revision_id", "pair_id", "merge_id", "photo_id"}


@pytest.fixture
def places(cast: Cast) -> dict[str, dict[str, int]]:
    """One place of each kind, each with a change, a suggestion, a photo, a pair and a merge."""
    with cast.stage():
        edit_area(organisation(cast.organisation), [Patch("Teverola")], actor=cast.carla)
        edit_area(organisation(cast.other_organisation), [Patch(province="NA")], actor=cast.dario)
        kinds = {
            "ours": put_resource(where=NAPLES, organisation_id=cast.organisation),
            "theirs": put_resource(organisation_id=cast.other_organisation),
            "in our area": put_resource(),
            "in their area": put_resource(where=NAPLES),
            "nobody's": put_resource(where=replace(TEVEROLA, comune="Asti", province="AT")),
            "hidden": put_resource(where=replace(SECRET, comune="Teverola")),
        }
        row = resource(kinds["hidden"])
        row.visibility = "coordinators"
        suspend_resource(row, actor=cast.carla)
    return {
        kind: rows_about(cast, number) if kind in KNOCKED_AT else {"resource_id": number}
        for kind, number in kinds.items()
    }


def organisation(number: int) -> Organisation:
    return db.session.get_one(Organisation, number)


def rows_about(cast: Cast, number: int) -> dict[str, int]:
    """Return what an address may name that leads to this place."""
    with cast.stage():
        row = resource(number)
        edit_resource(row, {"cost": "free"}, occasion=Occasion(cast.carla))
        said = Said(topic="phone", facts={"phones": ["+390815550124"]})
        add_suggestion(row, said, Sender(mark=f"of {number}", language="it"))
        photo = add_photo(row, DOT, Caption("Una porta."), actor=cast.carla).id
        copy: dict[str, Any] = {"place_id": row.place_id, "organisation_id": row.organisation_id}
        twins = [put_resource(name, **copy) for name in ("Copia", "Doppia", "Tripla")]
        pair = put_pair(number, twins[0])
        merged = db.session.get_one(TwinPair, put_pair(*twins[1:]))
        found = {"pair_id": pair, "merge_id": merge_twin(merged, {}, actor=cast.carla).id}
        asked = select(Suggestion.id).where(Suggestion.resource_id == number)
        suggestion = db.session.scalars(asked).one()
        change = revisions_of(number)[-1].id
        found |= {"suggestion_id": suggestion, "revision_id": change, "photo_id": photo}
        return {"resource_id": number, **found}


def doors(cast: Cast, rows: dict[str, int]) -> Iterator[tuple[Rule, str, str]]:
    """Return every door about a place, as an address, with each method it takes."""
    for rule in cast.app.url_map.iter_rules():
        of_upkeep = rule.endpoint.startswith(ROOMS) and rule.endpoint not in FOR_ANYBODY
        if of_upkeep and rule.arguments & ABOUT:
            values = {**{name: rows[name] for name in rule.arguments & ABOUT}, "topic": "hours"}
            built = rule.build({name: values[name] for name in rule.arguments})
            assert built is not None
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield rule, built[1], method


def deeds(cast: Cast) -> int:
    with cast.stage():
        return db.session.scalar(select(func.count()).select_from(LogEntry)) or 0


def people(cast: Cast) -> dict[str, tuple[int | None, FlaskClient]]:
    administrator = newcomer(cast, Role.ADMINISTRATOR)
    known = {"bea": cast.bea, "vito": cast.vito, "carla": cast.carla, "dario": cast.dario}
    known["administrator"] = administrator
    browsers = {name: (number, cast.signed_in(number)) for name, number in known.items()}
    return {"visitor": (None, cast.app.test_client()), **browsers}


def looks_after(cast: Cast, person: int | None, number: int) -> bool:
    with cast.stage():
        who = db.session.get(Person, person) if person else None
        return may_edit_resource(who, db.session.get_one(Resource, number))


def test_nobody_gets_through_a_door_of_a_place_they_do_not_look_after(
    cast: Cast, places: dict[str, dict[str, int]]
) -> None:
    shut, let_in = 0, 0
    for name, (person, browser) in people(cast).items():
        if name not in {"carla", "dario"}:
            continue  # no role of theirs opens any: tests/architecture knocks with every role
        for kind in KNOCKED_AT:
            rows = places[kind]
            mine = looks_after(cast, person, rows["resource_id"])
            before = deeds(cast)
            for rule, path, method in doors(cast, rows):
                looking = method == "GET"
                if mine and looking:
                    status = browser.get(path).status_code
                    assert status not in SHUT_OUT - {302}, (name, kind, path, status)
                    let_in += 1
                elif not mine and not (looking and rule.endpoint in READ_BY_ALL_KEEPERS):
                    status = browser.open(path, method=method).status_code
                    assert status in SHUT_OUT, (name, kind, method, path, status)
                    shut += 1
            assert deeds(cast) == before, (name, kind)
    assert shut > 90
    assert let_in > 30


def test_each_of_them_looks_after_something_else(
    cast: Cast, places: dict[str, dict[str, int]]
) -> None:
    """Without this the promise above could hold because nobody may do anything."""
    kept = {
        name: {k for k, rows in places.items() if looks_after(cast, person, rows["resource_id"])}
        for name, (person, _browser) in people(cast).items()
    }
    ours = {"ours", "in our area", "hidden"}
    assert kept == {
        "visitor": set(),
        "bea": set(),
        "vito": set(),
        "carla": ours,
        "dario": {"theirs", "in their area"},
        "administrator": set(places),
    }


READ_BY_ALL_KEEPERS = {"resources.merge_twin"}
"""Two entries side by side are shown to whoever keeps the list: one of the two may be theirs."""
