"""Promises of the queue: old beside new, one decision, thanks, and nobody else's business."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select

from nucleus.ground import clock
from nucleus.ground.database import db, transaction
from nucleus.messages.models import Delivery, Message
from nucleus.people.models import ContactPoint, Person
from nucleus.resources.asking.services import settle_letters
from nucleus.resources.categories import ensure_categories
from nucleus.resources.keeping.services import edit_area
from nucleus.resources.models import Resource, Revision
from nucleus.resources.queries import revisions_of, surviving
from nucleus.resources.reach import EVERYTHING, Patch
from nucleus.resources.services import Occasion, edit_resource
from nucleus.resources.suggesting.compare import Kind, compare
from nucleus.resources.suggesting.models import Suggestion
from nucleus.resources.suggesting.queries import (
    Tray,
    mark_of_facts,
    today_of,
    tray_of,
    waiting_suggestions,
)
from nucleus.resources.suggesting.services import (
    AlreadyDecided,
    Decision,
    Said,
    Sender,
    accept_suggestion,
    add_suggestion,
    forget_suggestions,
    refuse_suggestion,
)
from nucleus.resources.twins.merging import merge_twin
from nucleus.resources.twins.models import TwinPair
from tests.cast import Cast
from tests.resources.furnish import NAPLES, put_pair, put_resource, resource
from tests.resources.test_edit_area import ENGLISH, organisation

HOURS = {"hours": "Tu 09:00-12:00", "hours_words": "martedì 9-12", "hours_unsure": False}
LIST = "/resources/suggestion/list"


def suggest(
    number: int | None,
    topic: str = "hours",
    *,
    who: str = "a",
    note: str | None = None,
    contact: str | None = None,
    **facts: Any,
) -> int:
    """Put a suggestion into the open transaction and return its id."""
    said = Said(topic=topic, facts=facts or (HOURS if topic == "hours" else {}), note=note)
    place = resource(number) if number else None
    add_suggestion(place, said, Sender(mark=who, language="it", contact=contact))
    last = db.session.scalar(select(Suggestion.id).order_by(Suggestion.id.desc()).limit(1))
    assert last
    return last


def press(cast: Cast, deed: str, number: int, *, person: int = 0, **typed: str) -> int:
    """Let a coordinator decide as the page offers it."""
    with cast.stage():
        row = db.session.get_one(Suggestion, number)
        seen = mark_of_facts(today_of(row.resource, row.facts))
    client = cast.signed_in(person or cast.carla)
    data = {"seen": seen, **typed}
    return client.post(f"/resources/suggestion/{deed}/{number}", data=data).status_code


def kept(number: int) -> Suggestion:
    return db.session.get_one(Suggestion, number)


def test_accepting_is_a_revision_with_a_reason_and_confirms_what_was_checked(cast: Cast) -> None:
    with cast.stage():
        number = put_resource(hours="Mo 09:00-12:00")
        said = suggest(number)
    assert press(cast, "accept", said, how="call") == 303
    with cast.stage():
        row = resource(number)
        assert row.hours == "Tu 09:00-12:00"
        (revision,) = revisions_of(number)
        assert (revision.by_id, revision.why) == (cast.carla, f"suggestion {said}")
        fresh = {one.field_group: one for one in row.freshness}
        assert (fresh["hours"].how, bool(fresh["hours"].confirmed_at)) == ("call", True)
        assert fresh["phone"].confirmed_at is None


def test_what_nobody_checked_is_not_called_confirmed(cast: Cast) -> None:
    with cast.stage():
        number = put_resource()
        said = suggest(number)
    assert press(cast, "accept", said, how="") == 303
    with cast.stage():
        fresh = {one.field_group: one for one in resource(number).freshness}
        assert (fresh["hours"].confirmed_at, fresh["hours"].how) == (None, "suggestion")


def test_the_page_shows_old_beside_new_and_who_said_it(cast: Cast) -> None:
    with cast.stage():
        number = put_resource(what="Ascolto il lunedì.")
        said = suggest(number, "what", what="Ascolto il martedì.", note=None)
        suggest(number, "what", who="b", what="Ascolto il martedì.", note="Io c’ero")
    page = cast.signed_in(cast.carla).get(f"/resources/suggestion/show/{said}", headers=ENGLISH)
    assert "<del>lunedì<" in page.text
    assert "<ins>martedì<" in page.text
    assert "Io c’ero" in page.text
    listed = cast.signed_in(cast.carla).get(LIST, headers=ENGLISH).text
    assert "2 people say so" in listed
    assert "1 suggestion waits" in listed
    home = cast.signed_in(cast.carla).get("/", headers=ENGLISH).text
    assert "1 suggestion waits" in home


def test_words_are_compared_one_by_one() -> None:
    old, new = compare("lunedì 9-12, suona", "martedì 9-12, suona due volte")
    assert [(one.kind, one.words) for one in old] == [
        (Kind.GONE, "lunedì"),
        (Kind.SAME, " 9-12, suona"),
    ]
    assert "".join(one.words for one in new) == "martedì 9-12, suona due volte"
    assert compare("", "") == ([], [])


def test_texts_too_long_to_be_compared_by_words_stand_whole_beside_each_other() -> None:
    """Whoever suggests chooses the length, and the price is its square."""
    old, new = "a b " * 400, "c d " * 400
    assert compare(old, new) == ([(Kind.GONE, old)], [(Kind.NEW, new)])


def test_a_place_that_changed_meanwhile_says_so(cast: Cast) -> None:
    with cast.stage():
        number = put_resource(hours="Mo 09:00-12:00")
        said = suggest(number)
        edit_resource(resource(number), {"hours": "We 09:00-12:00"}, occasion=Occasion(cast.carla))
    carla, page = cast.signed_in(cast.carla), f"/resources/suggestion/show/{said}"
    assert "changed since this was written" in carla.get(page, headers=ENGLISH).text
    stale = {"seen": "what stood there before", "how": ""}
    assert carla.post(f"/resources/suggestion/accept/{said}", data=stale).status_code == 303
    with cast.stage():
        assert (resource(number).hours, kept(said).state) == ("We 09:00-12:00", "waiting")
    assert press(cast, "accept", said, how="") == 303
    with cast.stage():
        assert resource(number).hours == "Tu 09:00-12:00"


def test_it_can_be_changed_before_it_is_accepted(cast: Cast) -> None:
    with cast.stage():
        number = put_resource(phones=["+390815550123"], email="a@example.org")
        said = suggest(number, "phone", phones=["+390815550124"])
    carla, page = cast.signed_in(cast.carla), f"/resources/suggestion/change/{said}"
    assert "+390815550124" in carla.get(page).text
    assert carla.post(page, data={"phones": "none"}).status_code == 422
    typed = {"phones": "0815550125", "email": "a@example.org", "how": "web"}
    assert carla.post(page, data=typed).status_code == 303
    with cast.stage():
        assert resource(number).phones == ["+390815550125"]
        assert kept(said).state == "accepted"


def test_a_missing_place_appears_only_when_somebody_accepts_it(cast: Cast) -> None:
    with cast.stage():
        ensure_categories()
        where = {"address": "Via Po 1", "comune": "Aversa", "province": "CE", "label": None}
        facts: dict[str, Any] = {
            "name": "Mensa",
            "category": "other",
            "where": {**where, "point": None},
        }
        facts["where"]["hidden"] = False
        said, other = suggest(None, "missing", **facts), suggest(None, "missing", who="b", **facts)
    assert press(cast, "accept", said, how="visit") == 303
    with cast.stage():
        (row,) = db.session.scalars(select(Resource)).all()
        assert (row.name, row.state, row.place and row.place.comune) == (
            *("Mensa", "verified", "Aversa"),
        )
        assert (kept(other).state, kept(said).made_id) == ("accepted", row.id)


def test_a_place_said_to_be_gone_leaves_the_map(cast: Cast) -> None:
    with cast.stage():
        number = put_resource()
        said = suggest(number, "gone", note="Serranda giù")
    assert press(cast, "accept", said) == 303
    with cast.stage():
        assert resource(number).state == "retired"


def test_whoever_left_an_address_is_thanked_and_forgotten(cast: Cast) -> None:
    with cast.stage():
        number = put_resource()
        said = suggest(number, contact="nina@example.org")
        people = len(db.session.scalars(select(Person)).all())
    assert press(cast, "refuse", said, words="Abbiamo telefonato: è come prima.") == 303
    with cast.stage():
        assert kept(said).sealed_contact is None
        message = db.session.scalars(select(Message)).one()
        assert message.texts["it"]["body"].endswith("è come prima.")
        assert "Aurora" not in f"{message.texts}"
        delivery = db.session.scalars(select(Delivery)).one()
        assert db.session.get_one(ContactPoint, delivery.contact_point_id).address == (
            "nina@example.org"
        )
        settle_letters()
        assert len(db.session.scalars(select(Person)).all()) == people + 1
        delivery.state = "sent"
        db.session.flush()
        settle_letters()
        assert len(db.session.scalars(select(Person)).all()) == people
        assert db.session.scalars(select(Delivery)).all() == []


def test_the_words_of_strangers_are_forgotten_after_a_month(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cast.stage():
        number = put_resource()
        said, waits = suggest(number, note="mio figlio"), suggest(number, "other", note="ancora")
    assert press(cast, "refuse", said) == 303
    later = clock.now() + timedelta(days=31)
    monkeypatch.setattr("nucleus.resources.suggesting.services.now", lambda: later)
    with cast.stage():
        forget_suggestions()
    with cast.stage():
        assert (kept(said).note, kept(said).sender) == (None, None)
        assert kept(waits).note == "ancora"


def test_another_areas_suggestions_are_nobody_elses_business(cast: Cast) -> None:
    with cast.stage():
        number = put_resource(where=NAPLES, organisation_id=cast.organisation)
        here, there = suggest(number), suggest(put_resource(where=NAPLES), "other", note="x")
        edit_area(organisation(cast.other_organisation), [Patch(province="BZ")], actor=cast.carla)
    dario = cast.signed_in(cast.dario)
    for said in (here, there):
        assert dario.get(f"/resources/suggestion/show/{said}").status_code == 404
        for deed in ("accept", "refuse", "change"):
            assert press(cast, deed, said, person=cast.dario, how="") == 404
    assert "Aurora" not in dario.get(LIST).text
    assert "Aurora" in cast.signed_in(cast.carla).get(LIST).text
    assert cast.signed_in(cast.bea).get(LIST).status_code == 404


def test_a_foreign_coordinator_still_has_a_way(cast: Cast) -> None:
    with cast.stage():
        number = put_resource(organisation_id=cast.organisation)
    typed = {"note": "Il numero è cambiato"}
    page = f"/resources/suggestion/add/{number}/other"
    assert cast.signed_in(cast.dario).post(page, data=typed).status_code == 303
    listed = cast.signed_in(cast.carla).get(LIST).text
    assert "Aurora" in listed
    with cast.stage():
        assert db.session.scalars(select(Suggestion.by_id)).all() == [cast.dario]


def test_two_coordinators_decide_once(cast_on_both: Cast) -> None:
    """At the same moment on both databases: one deed, one revision, and one is told."""
    cast = cast_on_both
    with cast.stage():
        number = put_resource(hours="Mo 09:00-12:00")
        said = suggest(number)
    start, outcomes = Barrier(2), list[str]()

    def decide(actor: int) -> None:
        with cast.app.app_context():
            try:
                start.wait(timeout=20)
                with transaction():
                    accept_suggestion(kept(said), Decision(actor=actor))
                outcomes.append("done")
            except AlreadyDecided:
                outcomes.append("late")

    threads = [Thread(target=decide, args=(who,)) for who in (cast.carla, cast.dario)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == ["done", "late"]
    with cast.stage():
        assert len(db.session.scalars(select(Revision)).all()) == 1
        with pytest.raises(AlreadyDecided):
            refuse_suggestion(kept(said), Decision(actor=cast.carla))


def test_what_was_said_of_a_merged_entry_goes_to_the_one_that_stays(cast: Cast) -> None:
    with cast.stage():
        numbers = put_resource(hours="Mo 09:00-12:00"), put_resource(hours="Mo 09:00-12:00")
        said = [suggest(each) for each in numbers]
        pair = db.session.get_one(TwinPair, put_pair(*numbers))
        merge_twin(pair, {}, actor=cast.carla)
        stays = surviving(resource(numbers[0])).id
    gone = said[1] if stays == numbers[0] else said[0]
    carla = cast.signed_in(cast.carla)
    assert carla.get(f"/resources/suggestion/show/{gone}").status_code == 200
    with cast.stage():
        seen = mark_of_facts(today_of(resource(stays), HOURS))
    data = {"seen": seen, "how": ""}
    assert carla.post(f"/resources/suggestion/accept/{gone}", data=data).status_code == 303
    with cast.stage():
        assert resource(stays).hours == "Tu 09:00-12:00"


def test_being_late_is_said_in_words(cast: Cast) -> None:
    with cast.stage():
        number = put_resource()
        said = suggest(number)
    assert press(cast, "accept", said, how="") == 303
    client = cast.signed_in(cast.carla)
    late = client.post(f"/resources/suggestion/refuse/{said}", data={}, headers=ENGLISH)
    assert late.status_code == 303
    assert "a moment ago" in client.get(late.location, headers=ENGLISH).text


def test_the_queue_has_the_same_order_and_pages_on_both_databases(cast_on_both: Cast) -> None:
    """From places themselves first, then the oldest; equal ones once; every one on one page."""
    everything = EVERYTHING
    with cast_on_both.stage():
        number = put_resource()
        start = clock.now() - timedelta(hours=9)
        for n, note in enumerate("hgfedcba"):
            row = kept(suggest(number, "other", who=f"w{n}", note=note))
            row.at = start + timedelta(minutes=n // 2)
        kept(suggest(number, "other", who="again", note="d")).at = start - timedelta(hours=1)
        of_place = kept(suggest(number, "gone", who="place"))
        of_place.from_owner = True
    with cast_on_both.stage():
        pages = [waiting_suggestions(everything, page, 4) for page in (1, 2, 3, 4)]
        listed = [each for page in pages for each in page]
        said = [each.suggestion.note or each.suggestion.topic for each in listed]
        assert said == ["gone", "d", "h", "g", "f", "e", "c", "b", "a"]
        assert [len(page) for page in pages] == [4, 4, 1, 0]
        assert [each.people for each in listed][:3] == [1, 2, 1]
        assert listed[1].since == start - timedelta(hours=1)
        assert tray_of(everything) == Tray(9, start - timedelta(hours=1))
