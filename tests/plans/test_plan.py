"""A plan is its owner's: sealed, in their words and order, and nobody else's."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from nucleus.ground import clock
from nucleus.ground.crypto import CantOpen
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry, Term
from nucleus.ground.tokens import derive_token
from nucleus.messages.models import Delivery, Message
from nucleus.people.models import Channel, ContactPoint, Person
from nucleus.plans import queries, services
from nucleus.plans.models import Plan, PlanItem
from nucleus.resources.models import Resource
from tests.cast import Cast

PLANTED = tuple(f"parolasegreta{number:02d}" for number in range(50))


@pytest.fixture
def bea(cast: Cast) -> FlaskClient:
    """Bea, freshly signed in, with a plan that is still empty."""
    browser = cast.signed_in(cast.bea)
    assert browser.post("/plans/plan/begin").status_code == 303
    return browser


def texts(cast: Cast, section: str) -> list[str]:
    with cast.app.app_context():
        plan = queries.plan_of(cast.bea)
        assert plan is not None
        return [line.text for line in queries.open_plan(plan).lines(section)]


def test_what_bea_writes_comes_back_in_her_words_and_order(cast: Cast, bea: FlaskClient) -> None:
    for text in ("Apro la finestra", "Bevo un bicchiere d'acqua", "Ascolto Mina"):
        assert bea.post("/plans/item/alone/add", data={"text": text}).status_code == 303
    with cast.app.app_context():
        last = db.session.scalars(select(PlanItem.id).order_by(PlanItem.id)).all()[-1]
    bea.post(f"/plans/item/{last}/move", data={"to": "up"})
    assert texts(cast, "alone") == ["Apro la finestra", "Ascolto Mina", "Bevo un bicchiere d'acqua"]
    bea.post(f"/plans/item/{last}/edit", data={"text": "Ascolto De André"})
    assert texts(cast, "alone")[1] == "Ascolto De André"
    bea.post(f"/plans/item/{last}/remove")
    assert texts(cast, "alone") == ["Apro la finestra", "Bevo un bicchiere d'acqua"]


def test_planted_words_appear_in_no_byte_of_the_database(
    cast: Cast, bea: FlaskClient, tmp_path: Path
) -> None:
    for number, word in enumerate(PLANTED):
        section = ("alone", "signs", "helpers", "household", "after")[number % 5]
        bea.post(f"/plans/item/{section}/add", data={"text": f"Chiamo {word}, poi dormo"})
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert len(kept) > 50_000
    assert [word for word in PLANTED if word.encode() in kept] == []
    shown = bea.get("/plans/plan/show").get_data(as_text=True)
    assert all(word in shown for word in PLANTED)


def test_two_sealed_lines_that_change_places_behind_our_back_do_not_open(
    cast: Cast, bea: FlaskClient
) -> None:
    for text in ("uno", "due"):
        bea.post("/plans/item/alone/add", data={"text": text})
    with cast.stage():
        first, second = db.session.scalars(select(PlanItem)).all()
        first.body, second.body = second.body, first.body
    with cast.app.app_context(), pytest.raises(CantOpen):
        queries.open_plan(db.session.scalars(select(Plan)).one())


def test_without_its_key_a_plan_is_unreadable_for_ever(cast: Cast, bea: FlaskClient) -> None:
    bea.post("/plans/item/alone/add", data={"text": "uno"})
    with cast.stage():
        db.session.execute(update(Plan).values(wrapped_key=None))
    with cast.app.app_context(), pytest.raises(CantOpen):
        queries.open_plan(db.session.scalars(select(Plan)).one())


@pytest.mark.parametrize("who", ["carla", "vito", "outsider"])
def test_nobody_else_reads_or_changes_a_line_whatever_their_role(
    cast: Cast, bea: FlaskClient, who: str
) -> None:
    bea.post("/plans/item/alone/add", data={"text": "parolasegreta"})
    with cast.app.app_context():
        item = db.session.scalars(select(PlanItem.id)).one()
    browser = cast.signed_in(getattr(cast, who))
    browser.post("/plans/plan/begin")
    assert b"parolasegreta" not in browser.get("/plans/plan/show").data
    for deed in ("edit", "remove", "move"):
        assert browser.post(f"/plans/item/{item}/{deed}", data={"text": "x"}).status_code == 404
    assert texts(cast, "alone") == ["parolasegreta"]


def test_a_phone_that_lies_open_for_a_while_does_not_show_the_plan(
    cast: Cast, bea: FlaskClient
) -> None:
    bea.post("/plans/item/alone/add", data={"text": "parolasegreta"})
    assert b"parolasegreta" in bea.get("/plans/plan/show").data
    with clock.held_at(clock.now() + timedelta(minutes=6)):
        answer = bea.get("/plans/plan/show")
    assert b"parolasegreta" not in answer.data
    assert answer.status_code in {302, 303, 404}


def test_beginning_twice_makes_one_plan(cast: Cast, bea: FlaskClient) -> None:
    bea.post("/plans/plan/begin")
    with cast.app.app_context():
        assert len(db.session.scalars(select(Plan)).all()) == 1


@pytest.mark.parametrize("text", ["", "x" * 601])
def test_nothing_and_too_much_are_refused_in_words(bea: FlaskClient, text: str) -> None:
    assert bea.post("/plans/item/alone/add", data={"text": text}).status_code == 422


def test_an_unknown_section_is_no_page(bea: FlaskClient) -> None:
    assert bea.get("/plans/item/diagnosis/add").status_code == 404


def named(cast: Cast, bea: FlaskClient, **answers: str) -> Person:
    form = {"name": "Zia Pina", "channel": "email", "address": "Pina@Example.org", **answers}
    assert bea.post("/plans/supporter/add", data=form).status_code == 303
    with cast.app.app_context():
        return db.session.scalars(select(Person).where(Person.name == "Zia Pina")).one()


def link_of(cast: Cast) -> str:
    with cast.app.app_context():
        point = db.session.scalars(select(ContactPoint).order_by(ContactPoint.id)).all()[-1]
        return "/plans/invitation/" + derive_token("circle", point.id, point.uid)


def test_a_supporter_is_asked_in_neutral_words(cast: Cast, bea: FlaskClient) -> None:
    named(cast, bea)
    with cast.app.app_context():
        message = db.session.scalars(select(Message)).one()
        assert db.session.scalars(select(Delivery)).one().message_id == message.id
        words = str(message.texts).lower()
    assert not re.search(r"bea|plan|piano|help|aiut|crisi|emergen", words)


def test_looking_at_the_invitation_answers_nothing(cast: Cast, bea: FlaskClient) -> None:
    person = named(cast, bea)
    assert cast.app.test_client().get(link_of(cast)).status_code == 200
    with cast.app.app_context():
        points = db.session.scalars(select(ContactPoint).where(ContactPoint.person_id == person.id))
        assert points.one().verified_at is None


def test_a_supporter_says_yes_and_the_plan_shows_it(cast: Cast, bea: FlaskClient) -> None:
    person = named(cast, bea)
    answer = cast.app.test_client().post(link_of(cast) + "/answer", data={"answer": "yes"})
    assert answer.status_code == 303
    assert b"state coming" in bea.get("/plans/plan/show").data
    with cast.app.app_context():
        assert queries.circle_of(cast.bea) == [person.id]


def test_a_supporter_who_says_no_is_never_reached(cast: Cast, bea: FlaskClient) -> None:
    named(cast, bea)
    cast.app.test_client().post(link_of(cast) + "/answer", data={"answer": "no"})
    assert b"state unreached" in bea.get("/plans/plan/show").data
    with cast.app.app_context():
        assert queries.circle_of(cast.bea) == []


@pytest.mark.parametrize("token", ["", "1-", "x", "1-" + "A" * 22, "zzzzzzzzzzzz-" + "A" * 22])
def test_a_wrong_invitation_is_no_page(cast: Cast, token: str) -> None:
    visitor = cast.app.test_client()
    assert visitor.get(f"/plans/invitation/{token}").status_code == 404
    answer = visitor.post(f"/plans/invitation/{token}/answer", data={"answer": "yes"})
    assert answer.status_code in {404, 405}


def test_a_supporter_by_telephone_is_asked_nothing_by_us(cast: Cast, bea: FlaskClient) -> None:
    named(cast, bea, channel="phone", address="081 555 0133")
    with cast.app.app_context():
        assert db.session.scalars(select(Message)).all() == []
    assert b"tel:+390815550133" in bea.get("/plans/plan/show").data


@pytest.mark.parametrize("address", ["nobody", "@", "12", "anna@"])
def test_an_address_that_can_not_be_one_is_refused_in_words(
    cast: Cast, bea: FlaskClient, address: str
) -> None:
    form = {"name": "Pina", "channel": "email", "address": address}
    assert bea.post("/plans/supporter/add", data=form).status_code == 422
    with cast.app.app_context():
        assert db.session.scalar(select(Person).where(Person.name == "Pina")) is None


def add_desk(app: Flask, visibility: str = "public") -> int:
    with app.app_context():
        term = Term(scheme="category", code="listening", labels={"it": "Ascolto"})
        db.session.add(term)
        db.session.flush()
        desk = Resource(
            name="Sportello d'ascolto",
            category_id=term.id,
            visibility=visibility,
            phones=["+390815550142"],
            created_at=clock.now(),
            changed_at=clock.now(),
        )
        db.session.add(desk)
        db.session.commit()
        return desk.id


def test_a_service_picked_from_the_list_stays_live(cast: Cast, bea: FlaskClient) -> None:
    desk = add_desk(cast.app)
    assert b"Sportello" in bea.get("/plans/service/pick?words=sportello").data
    assert bea.post(f"/plans/service/{desk}/add").status_code == 303
    assert b"tel:+390815550142" in bea.get("/plans/plan/show").data
    with cast.stage():
        db.session.execute(update(Resource).values(state="retired"))
    assert b"state unreached" in bea.get("/plans/plan/show").data


def test_a_service_that_is_not_public_can_not_be_picked(cast: Cast, bea: FlaskClient) -> None:
    desk = add_desk(cast.app, visibility="coordinators")
    assert b"Sportello" not in bea.get("/plans/service/pick?words=sportello").data
    assert bea.post(f"/plans/service/{desk}/add").status_code == 404


def test_use_mode_shows_one_step_a_screen_with_112_in_sight(cast: Cast, bea: FlaskClient) -> None:
    bea.post("/plans/item/alone/add", data={"text": "Apro la finestra"})
    bea.post("/plans/item/going_on/add", data={"text": "Mio nipote"})
    first, second = (bea.get(f"/plans/plan/use?step={n}").get_data(as_text=True) for n in (1, 2))
    assert "Apro la finestra" in first
    assert "Mio nipote" not in first
    assert "Mio nipote" in second
    assert all('href="tel:112"' in page for page in (first, second))
    for typed in ("0", "99", "-1", "x"):
        assert bea.get(f"/plans/plan/use?step={typed}").status_code == 200


def test_the_journal_says_that_a_plan_was_begun_and_no_word_of_it(
    cast: Cast, bea: FlaskClient
) -> None:
    bea.post("/plans/item/alone/add", data={"text": "parolasegreta"})
    with cast.app.app_context():
        lines = db.session.scalars(select(LogEntry)).all()
    assert "plans.begin_plan" in [line.word for line in lines]
    assert "parolasegreta" not in str([line.facts for line in lines])


def test_the_circle_is_in_the_owners_order(cast: Cast, bea: FlaskClient) -> None:
    with cast.stage():
        plan = services.begin_plan(db.session.get_one(Person, cast.bea))
        for name in ("Uno", "Due"):
            services.add_supporter(
                plan, name, Channel.EMAIL, address=f"{name}@example.org", language="it"
            )
    with cast.app.app_context():
        people = [db.session.get_one(Person, one).name for one in queries.circle_of(cast.bea)]
    assert people == ["Uno", "Due"]
