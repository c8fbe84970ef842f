"""Promises to whoever sees a mistake on the map, and to whoever is hidden on it."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from nucleus.ground.database import db
from nucleus.resources.categories import ensure_categories
from nucleus.resources.models import Resource
from nucleus.resources.suggesting import services
from nucleus.resources.suggesting.models import Suggestion
from nucleus.resources.topics.table import QUESTIONS, TOPICS
from tests.cast import Cast
from tests.resources.furnish import SECRET, put_resource, resource
from tests.resources.test_answer_letter import ask, reply

ENGLISH = {"Accept-Language": "en"}
ADD = "/resources/suggestion/add"


def tell(
    cast: Cast, number: int, topic: str, *, client: FlaskClient | None = None, **typed: object
) -> int:
    """Let somebody without an account send one short form."""
    browser = client or cast.app.test_client()
    return browser.post(f"{ADD}/{number}/{topic}", data=typed).status_code


def waiting(cast: Cast) -> list[Suggestion]:
    with cast.stage():
        rows = list(db.session.scalars(select(Suggestion).order_by(Suggestion.id)))
        db.session.expunge_all()
        return rows


def test_a_suggestion_waits_and_changes_nothing(cast: Cast) -> None:
    with cast.stage():
        number = put_resource(hours="Mo 09:00-12:00", hours_words="lunedì 9-12")
    assert tell(cast, number, "hours", hours="martedì 9-12", note="Cartello sulla porta") == 303
    (row,) = waiting(cast)
    assert row.facts == {
        "hours": "Tu 09:00-12:00", "hours_words": "martedì 9-12", "hours_unsure": False,
    }  # fmt: skip
    assert row.before["hours_words"] == "lunedì 9-12"
    assert (row.state, row.by_id, row.note) == ("waiting", None, "Cartello sulla porta")
    with cast.stage():
        assert resource(number).hours == "Mo 09:00-12:00"


def test_every_short_form_shows_today_and_takes_what_is_new(cast: Cast) -> None:
    with cast.stage():
        facts: dict[str, Any] = {
            "phones": ["+390815550123"],
            "what": "Ascolto.",
            "capacity_unit": "letti",
        }
        number = put_resource(capacity_free=3, **facts)
    client = cast.app.test_client()
    shown = {"phone": "+390815550123", "address": "Via Roma 8", "what": "Ascolto."}
    new: dict[str, dict[str, object]] = {
        "phone": {"phones": "081 555 0124"},
        "address": {"address": "Via Nuova 2", "comune": "Teverola", "province": "CE"},
        "capacity": {"capacity_unit": "letti", "capacity_free": "0"},
        "what": {"name": "Sportello Aurora", "what": "Ascolto e caffè."},
        "access": {"wheelchair": "yes"},
        "languages": {"languages": ["it", "ar"]},
        "gone": {"note": "La serranda è chiusa da mesi."},
        "other": {"note": "Il citofono è rotto."},
        "hours": {"hours": "quando viene Anna"},
    }
    assert {*new} == {*TOPICS} - {"missing"}
    for topic, typed in new.items():
        page = client.get(f"{ADD}/{number}/{topic}", headers=ENGLISH)
        assert page.status_code == 200
        assert shown.get(topic, "Sportello Aurora") in page.text
        assert tell(cast, number, topic, client=client, **typed) == 303, topic
    rows = {row.topic: row.facts for row in waiting(cast)}
    assert rows["phone"] == {"phones": ["+390815550124"]}
    assert rows["address"]["where"]["point"] is None
    assert rows["hours"] == {
        "hours": None,
        "hours_words": "quando viene Anna",
        "hours_unsure": True,
    }


def test_saying_nothing_new_is_said_so(cast: Cast) -> None:
    with cast.stage():
        number = put_resource(what="Ascolto.")
    client = cast.app.test_client()
    same = {"name": "Sportello Aurora", "what": "Ascolto.\r\n"}
    answer = client.post(f"{ADD}/{number}/what", data=same, headers=ENGLISH)
    assert (answer.status_code, "what we have already" in answer.text) == (422, True)
    assert client.post(f"{ADD}/{number}/gone", data={"note": " "}).status_code == 422
    assert client.post(f"{ADD}/{number}/nonsense", data={"note": "x"}).status_code == 404
    assert waiting(cast) == []


def test_a_hidden_place_tells_a_stranger_nothing(cast: Cast) -> None:
    """Neither the forms, nor a guess that is right, nor what is kept of it."""
    with cast.stage():
        number = put_resource("Casa", where=SECRET, how_to_get_in="Suona Bianchi")
    client = cast.app.test_client()
    pages = [client.get(f"{ADD}/{number}/{topic}").text for topic in QUESTIONS]
    pages.append(client.get(f"/resources/suggestion/choose/{number}").text)
    for secret in ("Segretissimo", "Bianchi", "14.187", "40.961"):
        assert not any(secret in page for page in pages), secret
    guess = {"address": "Vicolo Segretissimo 77", "comune": "Aversa", "province": "CE"}
    assert tell(cast, number, "address", client=client, **guess) == 404
    right = {"wheelchair": "unknown", "how_to_get_in": "Suona Bianchi", "note": "so"}
    wrong = {**right, "how_to_get_in": "Suona Verdi"}
    answers = [client.post(f"{ADD}/{number}/access", data=typed) for typed in (right, wrong)]
    assert answers[0].status_code == answers[1].status_code == 303
    assert [row.facts for row in waiting(cast)] == [{}]
    carla = cast.signed_in(cast.carla)
    assert "Segretissimo" in carla.get(f"{ADD}/{number}/address").text


def test_a_place_not_for_everybody_looks_as_if_there_were_none(cast: Cast) -> None:
    with cast.stage():
        inner = put_resource(visibility="members")
        retired = put_resource(state="retired")
    for number in (inner, retired, 4711):
        assert cast.app.test_client().get(f"{ADD}/{number}/hours").status_code == 404
        assert tell(cast, number, "other", note="x") == 404
    member = cast.signed_in(cast.bea)
    assert tell(cast, inner, "other", client=member, note="x") == 303
    assert [row.by_id for row in waiting(cast)] == [cast.bea]


def test_a_flood_from_one_connection_ends(cast: Cast) -> None:
    with cast.stage():
        number = put_resource()
    client = cast.app.test_client()
    (most, _), _ = services.MOST
    for n in range(most):
        assert tell(cast, number, "other", client=client, note=f"Nota {n}") == 303
    answer = client.post(f"{ADD}/{number}/other", data={"note": "Ancora"}, headers=ENGLISH)
    assert (answer.status_code, "a lot at once" in answer.text) == (429, True)
    assert int(answer.headers["Retry-After"]) > 0
    elsewhere = cast.app.test_client()
    elsewhere.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    assert tell(cast, number, "other", client=elsewhere, note="Da casa mia") == 303
    assert len(waiting(cast)) == most + 1
    with cast.stage():
        senders = set(db.session.scalars(select(Suggestion.sender)))
    assert not any("127.0.0.1" in f"{sender}" or sender == "203" for sender in senders)


def test_one_browser_that_floods_does_not_lock_out_the_shelter_it_stands_in(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST", ((2, services.AN_HOUR),))
    monkeypatch.setattr(services, "MOST_TOGETHER", ((4, services.AN_HOUR),))
    with cast.stage():
        number = put_resource()
    flooding = cast.app.test_client()
    sent = [tell(cast, number, "other", client=flooding, note=f"Nota {n}") for n in range(3)]
    assert sent == [303, 303, 429]
    others = [cast.app.test_client() for _ in range(3)]
    sent = [tell(cast, number, "other", client=one, note=f"Da {n}") for n, one in enumerate(others)]
    assert sent == [303, 303, 429], "even a connection comes to an end"
    assert tell(cast, number, "other", client=cast.signed_in(cast.bea), note="Io") == 303
    with cast.stage():
        browsers = set(db.session.scalars(select(Suggestion.browser)))
    assert len(browsers) == 4, "three browsers, and a person who needs none"


def test_a_heap_of_strangers_keeps_out_neither_the_place_nor_a_member(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST_ABOUT_ONE", 1)
    number, token = ask(cast)
    assert tell(cast, number, "other", note="uno") == 303
    stranger = cast.app.test_client()
    stranger.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    assert tell(cast, number, "other", client=stranger, note="due") == 429
    assert tell(cast, number, "other", client=cast.signed_in(cast.bea), note="tre") == 303
    assert reply(stranger, token, "closed") == 303
    assert [row.topic for row in waiting(cast)] == ["other", "other", "gone"]


def test_the_same_words_twice_are_one(cast: Cast) -> None:
    with cast.stage():
        number = put_resource()
    for _ in range(3):
        assert tell(cast, number, "other", note="Il citofono è rotto.") == 303
    assert len(waiting(cast)) == 1


def test_a_program_that_fills_every_field_is_told_and_kept_out(cast: Cast) -> None:
    with cast.stage():
        number = put_resource()
    data = {"note": "Buy", "contact": "a@example.org", "homepage": "https://spam.example"}
    answer = cast.app.test_client().post(f"{ADD}/{number}/other", data=data, headers=ENGLISH)
    assert (answer.status_code, "empty the last field" in answer.text) == (422, True)
    assert tell(cast, number, "other", note="x" * 1001) == 422
    assert waiting(cast) == []


def test_the_address_to_thank_is_sealed(cast: Cast) -> None:
    with cast.stage():
        number = put_resource()
    assert tell(cast, number, "other", note="x", contact="nina@example.org") == 303
    (row,) = waiting(cast)
    assert row.sealed_contact
    assert b"nina" not in row.sealed_contact
    with cast.stage():
        kept = db.session.get_one(Suggestion, row.id)
        assert kept.contact == "nina@example.org"


def test_a_missing_place_is_told_and_waits_unseen(cast: Cast) -> None:
    data = {"name": "Mensa Nuova", "category": "other", "comune": "Aversa", "province": "ce"}
    typed = {**data, "phones": "081 5550199", "hours": "ogni giorno 12-14", "languages": ["it"]}
    with cast.stage():
        ensure_categories()
    answer = cast.app.test_client().post("/resources/missing/report", data=typed)
    assert answer.status_code == 303
    (row,) = waiting(cast)
    assert (row.comune, row.province, row.resource_id) == ("Aversa", "CE", None)
    assert row.facts["hours"] == "Mo-Su 12:00-14:00"
    with cast.stage():
        assert db.session.scalars(select(Resource)).all() == []
    assert cast.app.test_client().post("/resources/missing/report", data={}).status_code == 422


def test_the_pages_speak_arabic_to_whoever_reads_it(cast: Cast) -> None:
    with cast.stage():
        number = put_resource()
    page = cast.app.test_client().get(f"/resources/suggestion/choose/{number}?lang=ar").text
    assert 'dir="rtl"' in page
    assert "ما الخطأ؟" in page
