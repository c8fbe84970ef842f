"""What somebody looks after is all they change: by list, by undoing, at every kind of place."""

import pytest
from sqlalchemy import select

from nucleus.ground.database import db
from nucleus.people.models import Role
from nucleus.places.services import whereabouts_of
from nucleus.resources.drafts import Draft, ImportReport
from nucleus.resources.importing.holding import Asks
from nucleus.resources.importing.taking import import_resources
from nucleus.resources.models import ForeignId, Resource
from nucleus.resources.policy import reach_of_id
from nucleus.resources.queries import revisions_of
from nucleus.resources.services import Occasion, edit_resource
from tests.architecture.doors import newcomer
from tests.cast import Cast
from tests.resources.furnish import resource
from tests.resources.test_upkeep_doors import looks_after, places

__all__ = ("places",)
SOURCE = "lista"
Places = dict[str, dict[str, int]]


def keepers(cast: Cast) -> dict[str, int]:
    """Return whoever is tried: who keeps nothing, two coordinators, and who may everything."""
    administrator = newcomer(cast, Role.ADMINISTRATOR)
    known = {"bea": cast.bea, "vito": cast.vito, "carla": cast.carla, "dario": cast.dario}
    return {**known, "administrator": administrator}


def kept_by(cast: Cast, person: int, kinds: Places) -> set[str]:
    """Return the kinds of places that the rule itself gives to somebody."""
    return {kind for kind, rows in kinds.items() if looks_after(cast, person, rows["resource_id"])}


def costing(cast: Cast, words: str) -> set[int]:
    """Return the places at which something costs so."""
    with cast.stage():
        return set(db.session.scalars(select(Resource.id).where(Resource.cost == words)))


def known_from_list(cast: Cast, kinds: Places) -> None:
    """Let each place be one that a list has told us of."""
    with cast.stage():
        for kind, rows in kinds.items():
            place = resource(rows["resource_id"])
            uid = row_about(place, kind, "nothing").foreign_uid(SOURCE)
            place.sources.append(ForeignId(source=SOURCE, key=kind, uid=uid))


def row_about(place: Resource, key: str, cost: str) -> Draft:
    assert place.place is not None
    where = whereabouts_of(place.place)
    return Draft(2, key, "", {"name": place.name, "cost": cost}, where)


def test_a_list_changes_what_whoever_starts_it_looks_after(cast: Cast, places: Places) -> None:
    """Nothing else, and every other row is held back with a word why."""
    known_from_list(cast, places)
    for name, person in keepers(cast).items():
        kept, report = kept_by(cast, person, places), ImportReport()
        with cast.stage():
            rows = [
                row_about(resource(one["resource_id"]), kind, f"by {name}")
                for kind, one in places.items()
            ]
            reach = reach_of_id(person)
            import_resources(rows, source=SOURCE, report=report, reach=reach, asks=Asks.NOTHING)
        assert costing(cast, f"by {name}") == {places[kind]["resource_id"] for kind in kept}
        assert len(report.remarks) == len(places) - len(kept), name


@pytest.mark.parametrize("door", ["undo", "choose"])
def test_only_who_looks_after_a_place_undoes_its_changes(
    cast: Cast, places: Places, door: str
) -> None:
    """Also when the address names the change and never the place."""
    numbers = {kind: rows["resource_id"] for kind, rows in places.items()}
    for name, person in keepers(cast).items():
        kept, words = kept_by(cast, person, places), f"before {name}"
        with cast.stage():
            for cost in (words, "after"):
                for number in numbers.values():
                    edit_resource(resource(number), {"cost": cost}, occasion=Occasion(cast.carla))
            changes = {kind: revisions_of(number)[0].id for kind, number in numbers.items()}
        client = cast.signed_in(person)
        sent = {"chosen": "1", "facts": "cost"} if door == "choose" else {}
        told = {
            kind: client.post(f"/resources/revision/undo/{change}", data=sent).status_code
            for kind, change in changes.items()
        }
        assert {kind for kind, status in told.items() if status != 404} == kept, name
        assert costing(cast, words) == {numbers[kind] for kind in kept}, name
