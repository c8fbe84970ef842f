"""Promises of the pages about twins: who may, what they say, what they refuse."""

from nucleus.ground.database import db
from nucleus.resources.services import Occasion, edit_resource
from nucleus.resources.twins.finding import look_for_twins
from nucleus.resources.twins.models import Merge, TwinPair
from tests.cast import Cast
from tests.resources.furnish import put_resource, resource
from tests.resources.twins.pairs import entry, found, place_at, put_twins

NEW = {
    "name": "Sportello Aurora",
    "category": "health_desk",
    "comune": "Teverola",
    "phones": "081 5550123",
    "wheelchair": "unknown",
    "visibility": "public",
}


def test_a_coordinator_goes_from_the_list_through_both_entries_to_one_and_back(cast: Cast) -> None:
    with cast.stage():
        one, other, pair = put_twins(what="<b>Ascolto</b>")
    carla = cast.signed_in(cast.carla)
    listed = carla.get("/resources/twin/list").text
    assert f"/resources/twin/merge/{pair}" in listed
    page = carla.get(f"/resources/twin/merge/{pair}").text
    assert "&lt;b&gt;Ascolto&lt;/b&gt;" in page
    seen = page.partition('name="seen"')[2].partition('value="')[2].partition('"')[0]
    sent = {"seen": seen, "pick_phones": "both", "pick_where": "gone", "why": "call"}
    assert carla.post(f"/resources/twin/merge/{pair}", data=sent).status_code == 303
    with cast.stage():
        kept = resource(one)
        assert kept.phones == ["+390815550123", "+390815550124"]
        assert kept.place and kept.place.address == "Via Roma 8/b"  # noqa: PT018
        number = db.session.query(Merge).one().id
    changes = carla.get(f"/resources/revision/list/{one}").text
    assert f"/resources/merge/undo/{number}" in changes
    assert carla.post(f"/resources/merge/undo/{number}").status_code == 303
    assert carla.post(f"/resources/merge/undo/{number}").status_code == 404
    with cast.stage():
        assert resource(other).state == "proposed"


def test_what_somebody_changed_meanwhile_is_not_merged_unseen(cast: Cast) -> None:
    with cast.stage():
        one, other, pair = put_twins()
    carla = cast.signed_in(cast.carla)
    page = carla.get(f"/resources/twin/merge/{pair}").text
    seen = page.partition('name="seen"')[2].partition('value="')[2].partition('"')[0]
    with cast.stage():
        edit_resource(resource(other), {"cost": "9 euro"}, occasion=Occasion(cast.dario))
    again = carla.post(f"/resources/twin/merge/{pair}", data={"seen": seen})
    assert again.status_code == 422
    assert "9 euro" in again.text
    assert carla.post(f"/resources/twin/merge/{pair}", data={"why": ""}).status_code == 422
    with cast.stage():
        assert resource(one).state == resource(other).state == "proposed"


def test_who_keeps_only_one_of_two_may_part_but_not_merge_them(cast: Cast) -> None:
    with cast.stage():
        _one, other, pair = put_twins(organisation_id=cast.other_organisation)
    carla = cast.signed_in(cast.carla)
    page = carla.get(f"/resources/twin/merge/{pair}")
    assert page.status_code == 200
    assert "pick_" not in page.text
    assert carla.post(f"/resources/twin/merge/{pair}", data={}).status_code == 404
    assert carla.post(f"/resources/twin/join/{pair}").status_code == 404
    with cast.stage():
        assert resource(other).state == "proposed"
    assert carla.post(f"/resources/twin/part/{pair}").status_code == 303
    with cast.stage():
        assert found() == set()


def test_a_pair_of_others_is_not_settled_by_strangers(cast: Cast) -> None:
    with cast.stage():
        one, _other, pair = put_twins(organisation_id=cast.organisation)
        entry(one).organisation_id = cast.organisation
    dario = cast.signed_in(cast.dario)
    assert f"/merge/{pair}" not in dario.get("/resources/twin/list").text
    for verb in ("part", "join", "reopen"):
        assert dario.post(f"/resources/twin/{verb}/{pair}").status_code == 404
    for person in (cast.bea, cast.vito, cast.outsider):
        client = cast.signed_in(person)
        assert client.get("/resources/twin/list").status_code == 404
        assert client.get(f"/resources/twin/merge/{pair}").status_code == 404


def test_what_was_decided_meanwhile_is_not_merged(cast: Cast) -> None:
    with cast.stage():
        one, other, pair = put_twins()
    carla = cast.signed_in(cast.carla)
    page = carla.get(f"/resources/twin/merge/{pair}").text
    seen = page.partition('name="seen"')[2].partition('value="')[2].partition('"')[0]
    assert carla.post(f"/resources/twin/part/{pair}").status_code == 303
    late = carla.post(f"/resources/twin/merge/{pair}", data={"seen": seen})
    assert late.status_code == 422
    assert f"/resources/twin/reopen/{pair}" in late.text, "the page says so and offers the way back"
    with cast.stage():
        assert resource(one).state == resource(other).state == "proposed"


def test_what_was_settled_can_be_asked_again(cast: Cast) -> None:
    with cast.stage():
        _one, _other, pair = put_twins()
    carla = cast.signed_in(cast.carla)
    assert carla.post(f"/resources/twin/part/{pair}").status_code == 303
    assert carla.post(f"/resources/twin/part/{pair}").status_code == 404
    assert f"/merge/{pair}" in carla.get("/resources/twin/list?settled=1").text
    assert carla.post(f"/resources/twin/reopen/{pair}").status_code == 303
    with cast.stage():
        assert db.session.get_one(TwinPair, pair).state == "open"


def test_a_new_entry_that_is_there_already_is_asked_about_before_it_is_saved(cast: Cast) -> None:
    with cast.stage():
        one = place_at("Sportello Aurora", 0, phones=["+390815550123"])
        put_resource("Altrove")
        look_for_twins()
    carla = cast.signed_in(cast.carla)
    asked = carla.post("/resources/resource/add", data=NEW)
    assert asked.status_code == 422
    assert f"/resources/resource/show/{one}" in asked.text
    assert carla.post("/resources/resource/add", data={**NEW, "anyway": "1"}).status_code == 303
    with cast.stage():
        assert found() == set(), "who said that it is another one is not asked again"
