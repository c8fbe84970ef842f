"""Promises of making one entry of two: nothing is lost, nothing shown wider, all can be undone."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from maps.services import import_resources
from nucleus.ground.database import db
from nucleus.plans.queries import _chosen_place
from nucleus.resources.knots import KNOTS
from nucleus.resources.models import ForeignId, Resource
from nucleus.resources.queries import revisions_of, surviving
from nucleus.resources.services import Occasion, edit_resource
from nucleus.resources.twins.choosing import facts_of, sides_of
from nucleus.resources.twins.following import followers
from nucleus.resources.twins.jobs import find_twins
from nucleus.resources.twins.merging import MergedOn, merge_twin, undo_merge
from nucleus.resources.twins.models import Merge, TwinPair
from nucleus.resources.twins.settling import join_twin, part_twin
from tests.cast import Cast
from tests.resources.furnish import SECRET, put_resource, resource
from tests.resources.twins.pairs import NEXT_DOOR, entry, found, pair_of, place_at, put_twins

WORDS = st.one_of(st.none(), st.sampled_from(["uno", "due", "tre <b>"]))
FACTS = st.fixed_dictionaries(
    {
        **dict.fromkeys(("what", "cost", "documents", "how_to_get_in", "email", "web"), WORDS),
        "phones": st.lists(st.sampled_from(["+39081555", "+39081556"]), unique=True),
        "hours_words": WORDS,
        "wheelchair": st.sampled_from(["yes", "no", "unknown"]),
        "accessibility": st.lists(st.sampled_from(["toilet", "lift"]), unique=True),
        "visibility": st.sampled_from(["public", "members", "coordinators"]),
        "capacity_unit": st.one_of(st.none(), st.just("letti")),
        "age_from": st.one_of(st.none(), st.integers(0, 20)),
    }
)
ENDS: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}), st.just({"emergency_hours": "24/7", "emergency_until": date(2027, 1, 1)})
)
PICKS = st.dictionaries(st.sampled_from(sorted(KNOTS)), st.sampled_from(["kept", "gone", "both"]))


def atoms(facts: Any) -> set[str]:
    """Return every single value that is said, so that lists and addresses count word by word."""
    if isinstance(facts, dict):
        return {atom for name, value in facts.items() if name != "place" for atom in atoms(value)}
    if isinstance(facts, list):
        return {atom for value in facts for atom in atoms(value)}
    return {json.dumps(part) for part in str(facts).split("\n\n")} if facts is not None else set()


def merge(cast: Cast, pair: int, **choices: str) -> int:
    with cast.stage():
        return merge_twin(db.session.get_one(TwinPair, pair), choices, actor=cast.carla).id


def undo(cast: Cast, merge_id: int) -> list[str]:
    with cast.stage():
        return undo_merge(db.session.get_one(Merge, merge_id), actor=cast.carla)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(one=FACTS, other=FACTS, ends=ENDS, picks=PICKS)
def test_no_value_is_lost_and_undoing_brings_back_every_fact(
    cast: Cast, one: Any, other: Any, ends: Any, picks: dict[str, str]
) -> None:
    with cast.app.app_context():
        first = put_resource(languages=("it",), **one)
        second = put_resource(where=NEXT_DOOR, languages=("ar", "it"), **other, **ends)
        before = [facts_of(resource(number)) for number in (first, second)]
        made = merge_twin(pair_of(first, second), picks, actor=cast.carla)
        kept = entry(made.kept_id)
        told = [facts_of(kept), made.said, *(row.before for row in revisions_of(kept.id))]
        assert atoms(before[0]) | atoms(before[1]) <= atoms(told)
        assert kept.visibility == max(one["visibility"], other["visibility"], key=STRICT.index)
        assert surviving(entry(made.gone_id)).id == kept.id
        undo_merge(made, actor=cast.carla)
        after = [facts_of(resource(number)) for number in (first, second)]
        db.session.rollback()
    assert after == before


STRICT = ("public", "members", "responders", "coordinators")


def test_sources_and_changes_follow_and_come_back(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        one, other, pair = put_twins()
        db.session.add(ForeignId(resource_id=other, source="ASL", key="7", uid="u7", told={}))
        edit_resource(entry(other), {"cost": "6 euro"}, occasion=Occasion(cast_on_both.carla))
    number = merge(cast_on_both, pair)
    with cast_on_both.stage():
        assert [row.key for row in resource(one).sources] == ["7"]
        assert "6 euro" in str([row.after for row in revisions_of(one)])
        assert resource(other).state == "merged"
    assert undo(cast_on_both, number) == []
    with cast_on_both.stage():
        assert [row.key for row in resource(other).sources] == ["7"]
        assert resource(other).state == "proposed"
        assert resource(one).phones == ["+390815550123"]
        assert found() == {(one, other)}


def test_every_table_that_names_an_entry_is_known_to_follow_or_to_stay(cast: Cast) -> None:
    names = {str(column) for column in followers()}
    assert {"foreign_id.resource_id", "revision.resource_id"} <= names
    assert not any(name.startswith(("resource.", "merge.", "twin_pair.")) for name in names)


def test_a_second_run_of_the_list_does_not_bring_the_merged_one_back(
    cast_on_both: Cast, tmp_path: Any
) -> None:
    path = tmp_path / "lista.csv"
    path.write_text(
        "nome;servizio;indirizzo;citta;provincia;telefono;y;x\n"
        "Sportello Aurora;Ambulatorio;Via Roma 8;Teverola;CE;081 5550123;40,9949;14,2108\n"
        "Sportelo Aurora;Ambulatorio;Via Roma 8 b;Teverola;CE;081 5550124;40,9950;14,2108\n"
    )
    with cast_on_both.app.app_context():
        import_resources(path)
        find_twins()
        pair = db.session.scalars(select(TwinPair.id)).one()
        db.session.rollback()
    merge(cast_on_both, pair)
    with cast_on_both.app.app_context():
        report = import_resources(path)
        find_twins()
        assert (report.unchanged, report.created) == (2, 0)
        states = db.session.scalars(select(Resource.state).order_by(Resource.id)).all()
        assert list(states) == ["proposed", "merged"]
        assert db.session.scalars(select(TwinPair.state)).all() == ["merged"]
        db.session.rollback()


def test_a_hidden_place_and_a_narrow_circle_stay_so(cast: Cast) -> None:
    with cast.stage():
        one, other, pair = put_twins(
            where=SECRET, visibility="coordinators", phones=["+390815550123"]
        )
    visitor, kept = cast.app.test_client(), None
    merge(cast, pair, where="kept")
    with cast.stage():
        kept = resource(one)
        assert kept.place
        assert (kept.visibility, kept.place.hidden) == ("coordinators", True)
        assert (kept.place.address, kept.place.shown_lat) == ("Via Roma 8", None)
    for number in (one, other):
        assert visitor.get(f"/resources/resource/show/{number}").status_code == 404
    assert "Via Roma" not in visitor.get("/maps/resources.csv").text


def test_to_merge_is_not_to_have_called_there(cast: Cast) -> None:
    with cast.stage():
        one, _other, pair = put_twins()
        known = {row.field_group: row.confirmed_at for row in entry(one).freshness}
    merge(cast, pair, phones="kept", what="gone", cost="gone")
    with cast.stage():
        now = {row.field_group: row.confirmed_at for row in resource(one).freshness}
    assert now == known


def test_the_old_address_leads_to_the_one_that_stayed(cast: Cast) -> None:
    with cast.stage():
        one, other, pair = put_twins()
    merge(cast, pair)
    visitor, carla = cast.app.test_client(), cast.signed_in(cast.carla)
    answer = visitor.get(f"/resources/resource/show/{other}")
    assert (answer.status_code, answer.location) == (302, f"/resources/resource/show/{one}")
    assert carla.get(f"/resources/resource/edit/{other}").location.endswith(f"/edit/{one}")
    assert carla.post(f"/resources/resource/verify/{other}").location.endswith(f"/show/{one}")
    with cast.stage():
        uids = [resource(number).uid for number in (one, other)]
        assert (_chosen_place(other) or entry(other)).id == one
        entry(one).visibility = "members"
        db.session.flush()
        closed = _chosen_place(other)
        assert closed
        assert (closed.id, closed.state) == (other, "merged")
    assert visitor.get(f"/resources/resource/show/{other}").status_code == 404
    assert visitor.get(f"/hsds/services/{uids[1]}").status_code == 404
    with cast.stage():
        entry(one).visibility = "public"
    led = visitor.get(f"/hsds/services/{uids[1]}", follow_redirects=True)
    assert led.json
    assert led.json["id"] == uids[0]


def test_undoing_leaves_what_was_changed_since_and_says_so(cast: Cast) -> None:
    with cast.stage():
        one, other, pair = put_twins()
    number = merge(cast, pair, cost="kept", phones="both", what="gone")
    with cast.stage():
        edit_resource(resource(one), {"what": "Nuovo."}, occasion=Occasion(cast.carla))
    assert undo(cast, number) == ["what"]
    with cast.stage():
        assert resource(one).what == "Nuovo."
        assert resource(one).phones == ["+390815550123"]
        assert resource(other).what == "Ascolto."


def test_what_went_on_into_a_third_is_taken_apart_in_order(cast: Cast) -> None:
    with cast.stage():
        one, other, pair = put_twins()
        third = place_at("Sportello Aurora", 30)
        pair_of(one, third)
        entry(third).state = "verified"
    first = merge(cast, pair)
    with cast.stage():
        again = pair_of(one, third)
        assert sides_of(again)[0].id == third
        again_id = again.id
    second = merge(cast, again_id)
    with cast.stage():
        assert surviving(entry(other)).id == third
    with pytest.raises(MergedOn):
        undo(cast, first)
    assert (undo(cast, second), undo(cast, first)) == ([], [])
    with cast.stage():
        assert {resource(number).state for number in (one, other)} == {"proposed"}


def test_what_was_said_of_the_one_that_went_holds_for_the_one_that_stayed(cast: Cast) -> None:
    with cast.stage():
        one, other, pair = put_twins()
        third = place_at("Sportello Aurora", 90)
        part_twin(pair_of(other, third), actor=cast.carla)
        pair_of(one, third).state = "open"
        db.session.delete(pair_of(one, third))
    number = merge(cast, pair)
    with cast.stage():
        assert found() == set(), "the one that stayed and the third are not asked about again"
    undo(cast, number)
    with cast.stage():
        assert (one, third) in found()


def test_the_same_place_with_another_service_joins_the_place_alone(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        one, other, pair = put_twins()
        there = entry(one).place_id
        join_twin(db.session.get_one(TwinPair, pair), actor=cast_on_both.carla)
    with cast_on_both.stage():
        assert resource(other).place_id == there
        assert (resource(other).state, resource(other).phones) == ("proposed", ["+390815550124"])
        assert found() == set()
        assert revisions_of(other)[0].before["where"]["address"] == NEXT_DOOR.address
