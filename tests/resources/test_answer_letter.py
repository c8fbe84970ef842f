"""Promises of letters to places: looking changes nothing, a link answers once, and is no key."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from nucleus.ground.clock import held_at, now
from nucleus.ground.database import db
from nucleus.ground.tokens import derive_token
from nucleus.messages.models import Delivery, Message
from nucleus.people.models import Person
from nucleus.resources.asking.models import OwnerLetter
from nucleus.resources.asking.queries import PURPOSE, LetterState
from nucleus.resources.asking.services import NotNow, ask_owner, remind_owners, settle_letters
from nucleus.resources.models import VISIBILITIES, Freshness
from nucleus.resources.suggesting.models import Suggestion
from tests.cast import Cast
from tests.resources.furnish import SECRET, put_resource, resource
from tests.resources.test_edit_area import ENGLISH

SHOW, ANSWER = "/resources/letter/show", "/resources/letter/answer"


def ask(cast: Cast, **facts: object) -> tuple[int, str]:
    """Send a place a letter and return the place and the token of its link."""
    with cast.stage():
        told = {"phones": ["+390815550123"], "what": "Ascolto.", **facts}
        number = put_resource(email="aurora@example.org", **told)  # type: ignore[arg-type]
        letter = ask_owner(resource(number), actor=cast.carla)
        return number, derive_token(PURPOSE, letter.id, letter.nonce)


def reply(client: FlaskClient, token: str, answer: str) -> int:
    sent = client.post(f"{ANSWER}/{token}", data={"answer": answer}, headers=ENGLISH)
    return sent.status_code


def confirmed(number: int) -> set[str]:
    rows = resource(number).freshness
    return {row.field_group for row in rows if row.confirmed_at and row.how == "owner"}


def test_the_letter_is_neutral_and_its_link_is_stored_nowhere(cast: Cast) -> None:
    _, token = ask(cast)
    with cast.stage():
        message = db.session.scalars(select(Message)).one()
        letter = db.session.scalars(select(OwnerLetter)).one()
        assert message.link_path == SHOW + "/"
        assert "Aurora" not in f"{message.texts}"
        assert token.partition("-")[2] not in f"{message.texts}{letter.nonce}{message.nonce}"
        assert {"it", "en", "ar"} <= set(message.texts)
        assert letter.expires_at - letter.sent_at == timedelta(days=30)


def test_looking_changes_nothing(cast: Cast) -> None:
    number, token = ask(cast)
    client = cast.app.test_client()
    for _ in range(2):
        page = client.get(f"{SHOW}/{token}", headers=ENGLISH)
        assert (page.status_code, "Ascolto." in page.text) == (200, True)
        assert "081 555 0123" in page.text, "a number is written as it is read aloud"
    assert 'dir="rtl"' in client.get(f"{SHOW}/{token}?lang=ar").text
    with cast.stage():
        assert confirmed(number) == set()


def test_all_as_before_is_a_confirmation_by_the_owner_and_ends_the_link(cast: Cast) -> None:
    number, token = ask(cast)
    client = cast.app.test_client()
    assert reply(client, token, "same") == 303
    with cast.stage():
        assert confirmed(number) == {"hours", "phone", "address", "existence"}
        assert resource(number).state == "verified"
        at = db.session.scalars(select(OwnerLetter.answered_at)).one()
    for again in ("same", "closed", "stop"):
        answer = client.post(f"{ANSWER}/{token}", data={"answer": again}, headers=ENGLISH)
        assert (answer.status_code, "This link is over" in answer.text) == (410, True)
    assert client.post(f"/resources/letter/change/{token}/hours", data={}).status_code == 410
    assert "Thank you for your answer" in client.get(f"{SHOW}/{token}", headers=ENGLISH).text
    with cast.stage():
        assert db.session.scalars(select(OwnerLetter.answered_at)).one() == at
        assert db.session.scalars(select(Suggestion)).all() == []


def test_a_change_waits_for_a_person_and_the_rest_can_be_confirmed(cast: Cast) -> None:
    number, token = ask(cast)
    client = cast.app.test_client()
    page = f"/resources/letter/change/{token}/hours"
    assert "24/7" in client.get(page).text
    assert client.post(page, data={"hours": "24/7"}).status_code == 422
    assert client.post(page, data={"hours": "martedì 9-12"}).status_code == 303
    with cast.stage():
        row = db.session.scalars(select(Suggestion)).one()
        assert (row.from_owner, row.topic, resource(number).hours) == (True, "hours", "24/7")
    assert reply(client, token, "same") == 303
    with cast.stage():
        assert confirmed(number) == {"phone", "address", "existence"}
    listed = cast.signed_in(cast.carla).get("/resources/suggestion/list", headers=ENGLISH).text
    assert "from the place itself" in listed


def test_closed_is_a_suggestion_too_because_a_link_can_be_passed_on(cast: Cast) -> None:
    number, token = ask(cast)
    assert reply(cast.app.test_client(), token, "closed") == 303
    with cast.stage():
        row = db.session.scalars(select(Suggestion)).one()
        assert (row.topic, row.from_owner, resource(number).state) == ("gone", True, "proposed")


def test_old_forged_and_foreign_links_say_so_and_nothing_else(cast: Cast) -> None:
    number, token = ask(cast)
    client = cast.app.test_client()
    with cast.stage():
        other = derive_token("sign_in", 1, "x")
    for wrong in (token[:-1] + ("a" if token[-1] != "a" else "b"), other, "x", "1-" + "a" * 22):
        for answer in (
            client.get(f"{SHOW}/{wrong}", headers=ENGLISH),
            client.post(f"{ANSWER}/{wrong}", data={"answer": "same"}, headers=ENGLISH),
            client.get(f"/resources/letter/change/{wrong}/hours", headers=ENGLISH),
        ):
            assert (answer.status_code, "does not work" in answer.text) == (404, True)
            assert "Aurora" not in answer.text
    with cast.stage():
        db.session.scalars(select(OwnerLetter)).one().expires_at = now()
    page = client.get(f"{SHOW}/{token}", headers=ENGLISH).text
    assert "This link is over" in page
    assert "Ascolto." not in page
    assert reply(client, token, "same") == 410
    assert reply(client, token, "everything") == 422
    with cast.stage():
        assert confirmed(number) == set()


@pytest.mark.parametrize(
    "secret", [{"where": SECRET}, *({"visibility": one} for one in VISIBILITIES[1:])], ids=str
)
def test_a_link_never_opens_where_a_confidential_place_is(
    cast: Cast, secret: dict[str, object]
) -> None:
    """Nor what it is called, when not everybody may know of it: a link is passed on, or seen."""
    told = {"where": replace(SECRET, hidden=False), "how_to_get_in": "Suona Bianchi", **secret}
    _, token = ask(cast, name="Rifugio Zanzibar", **told)
    client = cast.app.test_client()
    topics = ("access", "phone", "what")
    pages = [client.get(f"/resources/letter/change/{token}/{one}").text for one in topics]
    pages.append(client.get(f"{SHOW}/{token}").text)
    assert not any("Segretissimo" in page or "Bianchi" in page for page in pages)
    assert any("Zanzibar" in page for page in pages) == ("visibility" not in secret)
    assert client.get(f"/resources/letter/change/{token}/address").status_code == 404


def test_a_place_is_not_pestered(cast: Cast) -> None:
    number, token = ask(cast)
    carla, page = cast.signed_in(cast.carla), f"/resources/owner/ask/{number}"
    assert carla.post(page).status_code == 422
    assert "aurora@" not in carla.get(page).text
    assert reply(cast.app.test_client(), token, "stop") == 303
    with cast.stage():
        db.session.scalars(select(OwnerLetter)).one().sent_at = now() - timedelta(days=400)
    with cast.stage():
        with pytest.raises(NotNow) as cause:
            ask_owner(resource(number), actor=cast.carla)
        assert cause.value.state is LetterState.STOPPED
        assert remind_owners() == 0
    assert "not to write" in carla.get(page, headers=ENGLISH).text


def test_a_newer_letter_ends_the_older_link(cast: Cast) -> None:
    number, token = ask(cast)
    with cast.stage():
        db.session.scalars(select(OwnerLetter)).one().sent_at = now() - timedelta(days=20)
        ask_owner(resource(number), actor=cast.carla)
    assert reply(cast.app.test_client(), token, "same") == 410


def test_only_who_answered_before_is_reminded_and_only_when_due(cast_on_both: Cast) -> None:
    cast = cast_on_both
    answered, token = ask(cast)
    ask(cast)
    assert reply(cast.app.test_client(), token, "same") == 303
    with cast.stage():
        assert remind_owners() == 0
        for letter in db.session.scalars(select(OwnerLetter)):
            letter.sent_at = now() - timedelta(days=200)
        assert remind_owners() == 0
        db.session.get_one(Freshness, (answered, "hours")).due_at = now()
        for letter in db.session.scalars(select(OwnerLetter)):
            letter.sent_at = now() - timedelta(days=200)
        db.session.flush()
        first = remind_owners()
        assert (first, remind_owners()) == (1, 0)
        last = db.session.scalars(select(OwnerLetter).order_by(OwnerLetter.id.desc())).first()
        assert last
        assert (last.resource_id, last.by_id) == (answered, None)


def test_the_borrowed_mailbox_goes_and_a_letter_that_failed_is_told(cast: Cast) -> None:
    with cast.stage():
        people = len(db.session.scalars(select(Person)).all())
    number, _ = ask(cast)
    with cast.stage():
        db.session.scalars(select(Delivery)).one().state = "failed"
    with cast.stage():
        settle_letters()
    with cast.stage():
        assert len(db.session.scalars(select(Person)).all()) == people
        assert db.session.scalars(select(OwnerLetter)).one().failed_at
    page = cast.signed_in(cast.carla).get(f"/resources/owner/ask/{number}", headers=ENGLISH).text
    assert "could not be delivered" in page
    assert 'value="' in page


def test_only_who_looks_after_a_place_writes_to_it(cast: Cast) -> None:
    with cast.stage():
        number = put_resource(email="a@example.org", organisation_id=cast.organisation)
    page = f"/resources/owner/ask/{number}"
    assert cast.signed_in(cast.dario).post(page).status_code == 404
    assert cast.signed_in(cast.bea).get(page).status_code == 404
    assert cast.signed_in(cast.carla).post(page).status_code == 303
    with cast.stage():
        assert db.session.scalars(select(OwnerLetter.by_id)).all() == [cast.carla]


def test_the_letter_speaks_the_language_chosen_and_then_the_one_of_the_answer(
    cast: Cast, client: FlaskClient
) -> None:
    with cast.stage():
        number = put_resource(email="aurora@example.org")
    carla, url = cast.signed_in(cast.carla), f"/resources/owner/ask/{number}"
    assert 'value="de"' in carla.get(url).text
    assert carla.post(url, data={"language": "de"}).status_code == 303
    with cast.stage():
        letter = db.session.scalars(select(OwnerLetter)).one()
        reader = db.session.get_one(Person, letter.mailbox_id)
        assert (letter.language, reader.language) == ("de", "de")
        (message,) = db.session.scalars(select(Message))
        assert "kostenlose Liste" in message.texts["de"]["body"]
        for code, text in message.texts.items():
            assert code == "en" or text["body"] != message.texts["en"]["body"], code
        token = derive_token(PURPOSE, letter.id, letter.nonce)
    client.post(f"/resources/letter/answer/{token}?lang=ar", data={"answer": "same"})
    with held_at(now() + timedelta(days=100)), cast.stage():
        again = ask_owner(resource(number), actor=None)
        assert again.language == "ar"
