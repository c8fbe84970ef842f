"""Promises of the check round: nobody rings twice, no answer is no yes, and it works on paper."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from nucleus.ground import clock
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.resources.checking.models import CheckClaim
from nucleus.resources.checking.queries import due_count, places_to_check
from nucleus.resources.checking.services import RETRY, Ringing, claim_check, next_check
from nucleus.resources.keeping.services import edit_area
from nucleus.resources.models import Freshness
from nucleus.resources.reach import Patch, Reach
from nucleus.resources.services import suspend_resource, verify_resource
from tests.cast import Cast
from tests.resources.furnish import NAPLES, SECRET, put_resource, resource
from tests.resources.test_edit_area import ENGLISH, organisation

ALL = Reach(all=True)


@pytest.fixture
def held() -> Iterator[None]:
    """The clock stands still, and moves when it is told to."""
    with clock.held_at(now()):
        yield


def due(name: str, days: int = 1, **facts: object) -> int:
    """Put a place whose facts came due so many days ago."""
    number = put_resource(name, **facts)  # type: ignore[arg-type]
    for row in db.session.scalars(select(Freshness).where(Freshness.resource_id == number)):
        row.due_at = now() - timedelta(days=days)
    db.session.flush()
    return number


def fresh(number: int) -> dict[str, Freshness]:
    return {row.field_group: row for row in resource(number).freshness}


def answer(cast: Cast, number: int, word: str, *, person: int = 0, seen: str = "") -> str:
    """Tap one answer on the page of a place and return where it leads."""
    client = cast.signed_in(person or cast.carla)
    page = client.get(f"/resources/check/show/{number}").text
    mark = seen or page.split('name="seen" value="')[1].split('"')[0]
    data = {"answer": word, "seen": mark}
    sent = client.post(f"/resources/check/answer/{number}", data=data)
    assert sent.status_code == 303
    return sent.location


def test_the_longest_overdue_comes_first_and_the_rest_not_at_all(cast: Cast) -> None:
    with cast.stage():
        young, old = due("Giovane", 2), due("Vecchio", 90)
        due("Ritirato", 9, state="retired")
        later = put_resource("Dopo")
        for row in fresh(later).values():
            row.due_at = now() + timedelta(days=9)
        assert [row.id for row in places_to_check(ALL, 1, 9)] == [old, young]
        assert due_count(ALL) == 2
    page = cast.signed_in(cast.carla).get("/resources/check/list", headers=ENGLISH).text
    assert "2 places are to be checked" in page
    assert "Dopo" not in page


def test_a_place_stands_where_its_longest_overdue_facts_put_it_and_only_once(cast: Cast) -> None:
    with cast.stage():
        middle, both = due("Mezzo", 50), due("Due", 2)
        fresh(both)["phone"].due_at = now() - timedelta(days=90)
        beds = {"field_group": "capacity", "how": "call", "looked_at": now()}
        long_ago = now() - timedelta(days=900)
        db.session.add(Freshness(resource_id=middle, due_at=long_ago, **beds))
        db.session.flush()
        assert [row.id for row in places_to_check(ALL, 1, 9)] == [both, middle]
        assert due_count(ALL) == 2


def test_as_before_confirms_and_leads_to_the_next(cast: Cast) -> None:
    with cast.stage():
        first, second = due("Primo", 9, capacity_unit="letti"), due("Secondo", 2)
    assert answer(cast, first, "same").endswith(f"/check/show/{second}")
    with cast.stage():
        rows = fresh(first)
        assert {rows[group].how for group in ("hours", "phone", "address", "existence")} == {"call"}
        assert rows["capacity"].confirmed_at is None
        assert resource(first).state == "verified"
        assert due_count(ALL) == 1
        assert db.session.scalars(select(CheckClaim.resource_id)).all() == [second]


def test_no_answer_is_last_looked_and_not_last_confirmed(cast: Cast) -> None:
    with cast.stage():
        number = due("Muto", 9)
        fresh(number)["hours"].confirmed_at = before = now() - timedelta(days=200)
    assert answer(cast, number, "silent").endswith("/check/list")
    with cast.stage():
        row = fresh(number)["hours"]
        assert row.confirmed_at == before
        assert row.looked_at > before
        assert row.due_at - row.looked_at == RETRY
        assert resource(number).state == "proposed"
        assert due_count(ALL) == 0


def test_two_coordinators_do_not_ring_the_same_place(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with cast.stage():
        first, second = due("Primo", 9), due("Secondo", 2)
    with cast.stage():
        assert next_check(ALL, actor=cast.carla) == first
    with cast.stage():
        assert next_check(ALL, actor=cast.dario) == second
        with pytest.raises(Ringing):
            claim_check(first, actor=cast.dario)
        claim_check(first, actor=cast.carla)
    with cast.stage():
        db.session.get_one(CheckClaim, first).until = now()
    with cast.stage():
        claim_check(first, actor=cast.dario)


def test_who_rings_is_said_to_the_others(cast: Cast) -> None:
    with cast.stage():
        number = due("Primo", 9)
    carla, dario = cast.signed_in(cast.carla), cast.signed_in(cast.dario)
    assert carla.post(f"/resources/check/claim/{number}").status_code == 303
    assert "Carla Coppola" in dario.get("/resources/check/list").text
    assert (
        "Carla Coppola is calling"
        in dario.get(f"/resources/check/show/{number}", headers=ENGLISH).text
    )
    late = dario.post(f"/resources/check/claim/{number}")
    assert "just now" in dario.get(late.location, headers=ENGLISH).text
    assert dario.post("/resources/check/next").location.endswith("/check/list")


def test_what_changed_while_one_was_calling_is_not_confirmed(cast: Cast) -> None:
    with cast.stage():
        number = due("Primo", 9)
    assert answer(cast, number, "same", seen="older").endswith(f"/check/show/{number}")
    with cast.stage():
        assert fresh(number)["hours"].confirmed_at is None
    client = cast.signed_in(cast.carla)
    assert client.post(f"/resources/check/answer/{number}", data={"answer": "x"}).status_code == 422


def test_a_change_by_telephone_is_kept_with_how_it_is_known(cast: Cast) -> None:
    with cast.stage():
        number = due("Primo", 9, hours="Mo 09:00-12:00", phones=["+390815550123"])
    carla, page = cast.signed_in(cast.carla), f"/resources/group/edit/{number}/hours?from=check"
    assert "Mo 09:00-12:00" in carla.get(page).text
    assert carla.post(page, data={"hours": "quando piove"}).status_code == 422
    sent = carla.post(page, data={"hours": "martedì 9-12", "how": "call"})
    assert sent.location.endswith(f"/check/show/{number}")
    with cast.stage():
        row = resource(number)
        assert (row.hours, row.phones) == ("Tu 09:00-12:00", ["+390815550123"])
        assert fresh(number)["hours"].how == "call"
        assert fresh(number)["phone"].confirmed_at is None
    assert carla.get(f"/resources/group/edit/{number}/nothing").status_code == 404


def test_every_short_form_of_a_coordinator_sends_back_unchanged(cast: Cast) -> None:
    with cast.stage():
        number = due("Primo", 9, emergency_hours="Mo-Su 08:00-20:00", emergency_until=now().date())
    carla = cast.signed_in(cast.carla)
    typed = {
        "hours": {
            "hours": "24/7",
            "emergency_hours": "Mo-Su 08:00-20:00",
            "emergency_until": f"{now().date()}",
        },
        "address": {"address": "Via Roma 8", "comune": "Teverola", "province": "CE"},
        "access": {"wheelchair": "unknown"},
    }
    for topic, data in typed.items():
        page = f"/resources/group/edit/{number}/{topic}"
        assert carla.post(page, data={**data, "how": ""}).status_code == 303
    with cast.stage():
        assert fresh(number)["hours"].confirmed_at is None
        place = resource(number).place
        assert place
        assert (place.lat, place.precision) == (40.9949, "pin")


def test_the_round_stays_in_ones_own_area(cast: Cast) -> None:
    with cast.stage():
        far = due("Lontano", 9, where=NAPLES)
        edit_area(organisation(cast.organisation), [Patch(province="CE")], actor=cast.carla)
    carla = cast.signed_in(cast.carla)
    assert "Lontano" not in carla.get("/resources/check/list").text
    assert "Lontano" not in carla.get("/resources/check/print").text
    for verb in ("show", "claim", "answer"):
        call = carla.get if verb == "show" else carla.post
        assert call(f"/resources/check/{verb}/{far}").status_code == 404


def test_the_round_fits_on_paper(cast: Cast) -> None:
    with cast.stage():
        due("Primo", 9, phones=["+390815550123"])
        due("Casa", 2, where=SECRET)
        due("Casa", 2, where=replace(SECRET, hidden=False), visibility="coordinators")
    page = cast.signed_in(cast.carla).get("/resources/check/print", headers=ENGLISH).text
    assert page.count("☐") == 12
    assert "081 555 0123" in page
    assert "Segretissimo" not in page


@pytest.mark.usefixtures("held")
def test_a_place_that_is_shut_is_asked_whether_it_is_open_again(cast: Cast) -> None:
    with cast.stage():
        number = put_resource("Doccia")
        entry = resource(number)
        verify_resource(entry, actor=cast.carla, how="call")
        suspend_resource(entry, actor=cast.carla, why="lavori")
        assert due_count(ALL) == 0
    clock.advance(timedelta(days=31))
    assert answer(cast, number, "shut").endswith("/check/list")
    with cast.stage():
        assert (resource(number).state, due_count(ALL)) == ("suspended", 0)
    clock.advance(timedelta(days=31))
    answer(cast, number, "same")
    with cast.stage():
        assert resource(number).state == "verified"


@pytest.mark.usefixtures("held")
def test_whoever_is_silent_three_times_comes_seldom_and_the_page_says_so(
    cast: Cast, client: FlaskClient
) -> None:
    with cast.stage():
        number = due("Muto", 9)
    for calls in (1, 2, 3):
        answer(cast, number, "silent")
        clock.advance(timedelta(days=2, minutes=1))
        with cast.stage():
            assert resource(number).silent_calls == calls
            assert due_count(ALL) == (0 if calls == 3 else 1)
    page = f"/resources/resource/show/{number}"
    assert "last 3 calls" in client.get(page, headers=ENGLISH).text
    clock.advance(timedelta(days=13))
    answer(cast, number, "same")
    assert "last 3 calls" not in client.get(page, headers=ENGLISH).text


def test_who_takes_a_place_out_goes_on_with_the_round(cast: Cast) -> None:
    with cast.stage():
        gone, then, last = due("Primo", 9), due("Secondo", 5), due("Terzo", 2)
    carla = cast.signed_in(cast.carla)
    sent = carla.post(f"/resources/resource/retire/{gone}?from=check")
    assert sent.location.endswith(f"/check/show/{then}")
    shut = {"why": "ferie"}
    sent = carla.post(f"/resources/resource/suspend/{then}?from=check", data=shut)
    assert sent.location.endswith(f"/check/show/{last}")


def test_only_a_place_that_is_shut_can_be_still_shut(cast: Cast) -> None:
    with cast.stage():
        number = due("Aperto")
    data = {"answer": "shut"}
    sent = cast.signed_in(cast.carla).post(f"/resources/check/answer/{number}", data=data)
    assert sent.status_code == 422
