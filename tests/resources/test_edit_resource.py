"""Promises of changing a place."""

from flask.testing import FlaskClient
from sqlalchemy import select

from nucleus.ground import signals
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from nucleus.places.services import Whereabouts, add_place
from nucleus.resources.forms import as_typed
from tests.cast import Cast
from tests.resources.furnish import SECRET, TEVEROLA, put_resource, resource


def typed(cast: Cast, number: int) -> dict[str, object]:
    """Return what a browser sends back when nothing was changed."""
    with cast.stage():
        facts = as_typed(resource(number))
    return {name: value for name, value in facts.items() if value not in (None, False)}


def send(cast: Cast, number: int, **changes: object) -> int:
    client: FlaskClient = cast.signed_in(cast.carla)
    data = {**typed(cast, number), **changes}
    return client.post(f"/resources/resource/edit/{number}", data=data).status_code


def words_of(cast: Cast, word: str) -> list[LogEntry]:
    with cast.stage():
        entries = db.session.scalars(select(LogEntry).where(LogEntry.word == word)).all()
        db.session.expunge_all()
        return list(entries)


def test_the_form_shows_what_is_known(cast: Cast) -> None:
    with cast.stage():
        number = put_resource(phones=["+390815550123"], hours="Mo 09:00-12:00")
    page = cast.signed_in(cast.carla).get(f"/resources/resource/edit/{number}").text
    for fact in ("Sportello Aurora", "Via Roma 8", "Teverola", "+390815550123", "Mo 09:00-12:00"):
        assert fact in page


def test_sending_it_back_unchanged_changes_and_notes_nothing(cast: Cast) -> None:
    with cast.stage():
        number = put_resource(hours="Mo 09:00-12:00", hours_words="lunedì 9-12")
    assert send(cast, number) == 303
    assert words_of(cast, "resources.edit_resource") == []


def test_a_change_is_kept_noted_and_told_upstairs(cast: Cast) -> None:
    with cast.stage():
        number = put_resource(hours="Mo 09:00-12:00", hours_words="lunedì 9-12")
    told: list[int] = []

    def listen(sender: int) -> None:
        told.append(sender)

    signals.resource_changed.connect(listen)
    try:
        assert send(cast, number, hours="martedì 9-12", languages=["it", "ar"]) == 303
    finally:
        signals.resource_changed.disconnect(listen)
    assert told == [number]
    entry = words_of(cast, "resources.edit_resource")[0]
    assert entry.facts["changed"] == ["hours", "hours_words", "languages"]
    assert entry.actor_id == cast.carla
    with cast.stage():
        row = resource(number)
        assert row.hours == "Tu 09:00-12:00"
        fresh = {one.field_group: one for one in row.freshness}
        assert fresh["hours"].confirmed_at
        assert fresh["phone"].confirmed_at is None


def test_a_new_address_looks_for_its_point_again(cast: Cast) -> None:
    with cast.stage():
        number = put_resource()
    changes = {"address": "Via Nuova 2", "comune": "Aversa", "lat": "", "lon": ""}
    assert send(cast, number, **changes) == 303
    with cast.stage():
        place = resource(number).place
        assert place
        assert (place.address, place.comune, place.lat) == ("Via Nuova 2", "Aversa", None)


def two_at(cast: Cast, where: Whereabouts, *, keeper: int | None = None) -> tuple[int, int]:
    """Return two services at one place: Carla's, and one that she or another keeper looks after."""
    with cast.stage():
        shared = add_place(where).id
        ours = cast.organisation
        one, other = (
            put_resource(name, organisation_id=whose)
            for name, whose in (("Va", ours), ("Resta", keeper or ours))
        )
        numbers = one, other
        for number in numbers:
            resource(number).place_id = shared
    return numbers


def test_when_one_service_moves_the_other_stays(cast: Cast) -> None:
    moving, staying = two_at(cast, TEVEROLA)
    assert send(cast, moving, address="Via Nuova 2") == 303
    with cast.stage():
        mine, other = resource(moving).place, resource(staying).place
        assert mine
        assert other
        assert (mine.address, other.address) == ("Via Nuova 2", "Via Roma 8")


def test_what_is_said_of_one_service_shows_no_refuge_beside_it(cast: Cast) -> None:
    seen, refuge = two_at(cast, SECRET)
    assert send(cast, seen, hidden="") == 303
    with cast.stage():
        mine, other = resource(seen).place, resource(refuge).place
        assert mine
        assert other
        assert (mine.address, mine.hidden, other.hidden) == (SECRET.address, False, True)


def test_who_looks_after_one_service_moves_no_other_associations(cast: Cast) -> None:
    ours, theirs = two_at(cast, TEVEROLA, keeper=cast.other_organisation)
    at = {"where": "40.9960, 14.2120"}
    assert cast.signed_in(cast.carla).post(f"/maps/place/pin/{ours}", data=at).status_code == 303
    with cast.stage():
        mine, other = resource(ours).place, resource(theirs).place
        assert mine
        assert other
        assert ((mine.lat, mine.lon), (other.lat, other.lon)) == ((40.996, 14.212), TEVEROLA.point)
    own, beside = two_at(cast, TEVEROLA)
    cast.signed_in(cast.carla).post(f"/maps/place/pin/{own}", data=at)
    with cast.stage():
        assert resource(own).place is resource(beside).place, "of one's own the house moves"


def test_a_coordinator_changes_only_their_own_organisations_places(cast: Cast) -> None:
    with cast.stage():
        number = put_resource(organisation_id=cast.organisation)
    dario = cast.signed_in(cast.dario)
    assert dario.get(f"/resources/resource/show/{number}").status_code == 200
    for verb in ("edit", "retire"):
        assert dario.get(f"/resources/resource/{verb}/{number}").status_code == 404
    assert (
        dario.post(f"/resources/resource/verify/{number}", data={"how": "call"}).status_code == 404
    )
    assert cast.signed_in(cast.carla).get(f"/resources/resource/edit/{number}").status_code == 200


def test_hours_for_now_need_a_last_day(cast: Cast) -> None:
    with cast.stage():
        number = put_resource()
    assert send(cast, number, emergency_hours="ogni giorno 8-20") == 422
    assert send(cast, number, emergency_hours="quando piove", emergency_until="2026-08-31") == 422
    good = {"emergency_hours": "ogni giorno 8-20", "emergency_until": "2026-08-31"}
    assert send(cast, number, **good) == 303
    with cast.stage():
        assert resource(number).emergency_hours == "Mo-Su 08:00-20:00"


def test_ages_that_nobody_has_are_refused(cast: Cast) -> None:
    with cast.stage():
        number = put_resource()
    assert send(cast, number, age_from="30", age_to="18") == 422
    assert send(cast, number, age_from="0", age_to="18", offered_by="Dott.ssa Anna Rossi") == 303
    page = cast.app.test_client().get(f"/resources/resource/show/{number}").text
    assert "Dott.ssa Anna Rossi" in page


def test_a_place_abroad_that_a_list_brought_can_be_changed_where_it_stands(cast: Cast) -> None:
    """Else nobody could correct the hours of what a border town takes from over the border."""
    with cast.stage():
        over_there = Whereabouts(address="Quai 2", comune="Menton", point=(48.8, 2.3))
        number = put_resource(where=over_there)
    assert send(cast, number, hours="martedì 9-12") == 303
    assert send(cast, number, lat="48.9") == 422
    with cast.stage():
        place = resource(number).place
        assert resource(number).hours == "Tu 09:00-12:00"
        assert place
        assert (place.lat, place.lon) == (48.8, 2.3)
