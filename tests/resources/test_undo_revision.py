"""Promises of the page of changes: who, when, old, new, why; and the way back."""

from datetime import date

import pytest
from sqlalchemy import select

from nucleus.ground.database import db
from nucleus.places.services import Whereabouts
from nucleus.resources.models import Revision
from nucleus.resources.queries import revisions_of
from nucleus.resources.revisions import ChangedSince
from nucleus.resources.services import Occasion, edit_resource, move_resource
from nucleus.resources.undoing.services import undo_revision
from tests.cast import Cast
from tests.resources.furnish import SECRET, put_resource, resource

AUGUST = date(2026, 8, 31)


def change(cast: Cast, number: int, facts: dict[str, object], **more: object) -> int:
    with cast.stage():
        row = resource(number)
        edit_resource(row, facts, occasion=Occasion(cast.carla, why="they called"), **more)  # type: ignore[arg-type]
        return revisions_of(number)[0].id


def undo(cast: Cast, revision: int) -> None:
    with cast.stage():
        row = db.session.get(Revision, revision)
        assert row
        undo_revision(row, actor=cast.carla)


def test_a_change_is_kept_with_who_when_old_new_and_why(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        number = put_resource(cost="5 euro")
    change(
        cast_on_both, number, {"cost": None, "emergency_hours": "24/7", "emergency_until": AUGUST}
    )
    with cast_on_both.stage():
        (row,) = revisions_of(number)
        assert (row.by_id, row.why) == (cast_on_both.carla, "they called")
        assert row.before == {"cost": "5 euro", "emergency_hours": None, "emergency_until": None}
        assert row.after["emergency_until"] == "2026-08-31"


def test_undoing_puts_everything_back_and_is_itself_a_change(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        number = put_resource(emergency_hours="24/7", emergency_until=AUGUST, phones=["+39081555"])
    facts: dict[str, object] = {"emergency_hours": None, "emergency_until": None, "phones": []}
    first = change(cast_on_both, number, facts, languages=["ar", "fr"])
    undo(cast_on_both, first)
    with cast_on_both.stage():
        row = resource(number)
        assert (row.emergency_hours, row.emergency_until) == ("24/7", AUGUST)
        assert row.phones == ["+39081555"]
        assert [one.language for one in row.languages] == ["it"]
        assert revisions_of(number)[0].undoes_id == first
    with cast_on_both.stage():
        again = revisions_of(number)[0].id
    undo(cast_on_both, again)
    with cast_on_both.stage():
        assert resource(number).emergency_until is None


def test_undoing_a_move_moves_it_back_and_hides_it_again(cast: Cast) -> None:
    with cast.stage():
        number = put_resource(where=SECRET)
    with cast.stage():
        row = resource(number)
        was_at = move_resource(row, Whereabouts("Via Nuova 1", "Aversa", "CE"))
        edit_resource(row, {}, was_at=was_at, occasion=Occasion(cast.carla))
        moved = revisions_of(number)[0].id
    undo(cast, moved)
    with cast.stage():
        place = resource(number).place
        assert place
        assert (place.address, place.hidden) == (SECRET.address, True)
        assert (place.lat, place.lon) == SECRET.point


def test_what_was_changed_again_since_is_not_put_back(cast: Cast) -> None:
    with cast.stage():
        number = put_resource(cost="5 euro")
    first = change(cast, number, {"cost": "6 euro"})
    change(cast, number, {"cost": "7 euro"})
    with pytest.raises(ChangedSince):
        undo(cast, first)
    carla = cast.signed_in(cast.carla)
    address = f"/resources/revision/undo/{first}"
    assert carla.post(address).location == address
    with cast.stage():
        assert resource(number).cost == "7 euro"


def test_of_a_change_that_was_partly_changed_again_one_chooses(cast: Cast) -> None:
    with cast.stage():
        number = put_resource(cost="5 euro", what="Prima", emergency_hours=None)
    facts: dict[str, object] = {"cost": "6 euro", "what": "Dopo"}
    ends = {"emergency_hours": "24/7", "emergency_until": AUGUST}
    first = change(cast, number, {**facts, **ends})
    change(cast, number, {"cost": "7 euro"})
    carla = cast.signed_in(cast.carla)
    address = f"/resources/revision/undo/{first}"
    page = carla.get(address).text
    assert "7 euro" in page
    assert "5 euro" in page
    ticked = [line for line in page.splitlines() if "checked" in line]
    assert [name in "".join(ticked) for name in ("cost", "what", "emergency_hours")] == [
        False,
        True,
        True,
    ]
    assert carla.post(address, data={"chosen": "1"}).status_code == 422
    sent = {"chosen": "1", "facts": ["what", "emergency_hours"]}
    assert carla.post(address, data=sent).status_code == 303
    with cast.stage():
        row = resource(number)
        assert (row.cost, row.what) == ("7 euro", "Prima")
        assert (row.emergency_hours, row.emergency_until) == (None, None)
        assert revisions_of(number)[0].undoes_id == first


def test_a_coordinator_sees_old_beside_new_and_presses_back(cast: Cast) -> None:
    with cast.stage():
        number = put_resource(cost="5 euro")
    revision = change(cast, number, {"cost": "<b>6</b>", "wheelchair": "yes"})
    carla = cast.signed_in(cast.carla)
    page = carla.get(f"/resources/revision/list/{number}").text
    for words in ("5 euro", "&lt;b&gt;6&lt;/b&gt;", "Carla Coppola", "they called"):
        assert words in page
    assert carla.post(f"/resources/revision/undo/{revision}").status_code == 303
    with cast.stage():
        assert resource(number).cost == "5 euro"


def test_the_changes_of_a_confidential_place_are_closed_to_everybody_else(cast: Cast) -> None:
    with cast.stage():
        number = put_resource(where=SECRET)
    for person in (cast.bea, cast.vito, cast.outsider):
        client = cast.signed_in(person)
        assert client.get(f"/resources/revision/list/{number}").status_code == 404


def test_no_change_leaves_no_revision(cast: Cast) -> None:
    with cast.stage():
        number = put_resource(cost="5 euro")
    with cast.stage():
        edit_resource(resource(number), {"cost": "5 euro"}, occasion=Occasion(cast.carla))
        assert db.session.scalars(select(Revision)).all() == []
