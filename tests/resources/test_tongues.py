"""Promises to strangers: what a letter opens, and where they tell us, is wholly in their words."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from nucleus.ground import i18n
from nucleus.ground.tokens import derive_token
from nucleus.resources.asking.queries import PURPOSE
from nucleus.resources.asking.services import ask_owner
from nucleus.resources.suggesting import services
from nucleus.resources.topics.table import TOPICS
from nucleus.resources.twins.finding import look_for_twins
from tests.cast import Cast
from tests.resources.furnish import AVERSA, put_resource, resource
from tests.unsaid import unsaid_in

FACTS: dict[str, Any] = {
    "phones": ["+390815550123"],
    "by_appointment": True,
    "wheelchair": "limited",
    "accessibility": ["toilet", "pushchair", "hearing_loop"],
    "capacity_unit": "…",
    "capacity_free": 2,
    "capacity_max": 9,
}
OTHERS = tuple(code for code in i18n.NAMES if code != i18n.SOURCE)
Pages = Iterator[tuple[int, TestResponse]]
OPENS = {
    "de": ("Stimmt das noch?", "Ja, alles stimmt"),
    "uk": ("Чи все ще так?", "правильно"),
}


def letter_to_a_place(cast: Cast, language: str | None = None) -> str:
    """Ask a new place, and return the token of the link it gets."""
    with cast.stage():
        number = put_resource(email="aurora@example.org", **FACTS)
        letter = ask_owner(resource(number), actor=cast.carla, language=language)
        return derive_token(PURPOSE, letter.id, letter.nonce)


def letter_pages(client: FlaskClient, token: str, code: str) -> Pages:
    """Walk whatever a place can meet behind its link, with the status each page should have."""

    def at(deed: str) -> str:
        return f"/resources/letter/{deed}?lang={code}"

    yield 200, client.get(at(f"show/{token}"))
    yield 200, client.get(at(f"change/{token}/hours"))
    wrong = {"phones": "x", "email": "x", "web": "x"}
    yield 422, client.post(at(f"change/{token}/phone"), data=wrong)
    yield 422, client.post(at(f"change/{token}/what"), data={"age_from": "9", "age_to": "x"})
    yield 422, client.post(at(f"change/{token}/capacity"), data={"capacity_free": "10"})
    yield 303, client.post(at(f"change/{token}/languages"), data={"languages": ["uk"]})
    yield 200, client.get(at(f"show/{token}"))
    yield 303, client.post(at(f"answer/{token}"), data={"answer": "done"})
    yield 200, client.get(at(f"show/{token}"))
    yield 410, client.post(at(f"answer/{token}"), data={"answer": "same"})
    yield 404, client.get(at("show/cut"))


def telling_pages(client: FlaskClient, number: int, code: str) -> Pages:
    """Walk whatever a stranger can meet who tells us something, up to where it is too much."""

    def at(page: str) -> str:
        return f"/resources/{page}?lang={code}"

    yield 200, client.get(at(f"suggestion/choose/{number}"))
    for topic in TOPICS[:-1]:
        yield 422, client.post(at(f"suggestion/add/{number}/{topic}"), data={"homepage": "x"})
    yield 200, client.get(at("missing/report"))
    yield 422, client.post(at("missing/report"), data={"phones": "1\n" * 9, "contact": "x"})
    twin = {"name": "Mensa Pace", "category": "other", "comune": "Aversa", "province": "CE"}
    yield 422, client.post(at("missing/report"), data=twin)
    yield 303, client.post(at(f"suggestion/add/{number}/other"), data={"note": "a"})
    yield 200, client.get(at("suggestion/thank"))
    yield 422, client.post(at("suggestion/follow"), data={"code": "x"})
    yield 422, client.post(at("suggestion/follow"), data={"code": "7kfm-q2xh-9wtd"})
    yield 429, client.post(at(f"suggestion/add/{number}/other"), data={"note": "b"})


def walk(pages: Pages, code: str) -> None:
    for status, answer in pages:
        assert answer.status_code == status, answer.request.url
        assert status == 303 or f'<html lang="{code}"' in answer.text, answer.request.url


@pytest.mark.parametrize("code", OTHERS)
def test_no_page_for_a_stranger_falls_back_to_another_language(
    cast: Cast, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not one word: labels, help, what is refused and why, thanks, and links that are over."""
    token, unsaid = letter_to_a_place(cast), unsaid_in(cast.app, code)
    with cast.stage():
        number = put_resource("Mensa Pace", where=AVERSA, **FACTS)
        look_for_twins()
    walk(letter_pages(cast.app.test_client(), token, code), code)
    monkeypatch.setattr(services, "MOST_TOGETHER", ((1, services.AN_HOUR),))
    walk(telling_pages(cast.app.test_client(), number, code), code)
    assert unsaid == set()


@pytest.mark.parametrize("code", OPENS)
def test_a_letters_page_opens_in_the_language_of_the_letter(cast: Cast, code: str) -> None:
    """Whatever the browser speaks; whoever reads another one chooses it on the page."""
    token, client = letter_to_a_place(cast, code), cast.app.test_client()
    page = client.get(f"/resources/letter/show/{token}", headers={"Accept-Language": "en"}).text
    assert all(words in page for words in (f'<html lang="{code}"', *OPENS[code]))
    assert "Is this still right?" not in page
    chosen = client.get(f"/resources/letter/show/{token}?lang=en").text
    assert "Is this still right?" in chosen
    offered = {other for other in i18n.NAMES if f'href="?lang={other}"' in page}
    assert offered == set(i18n.NAMES) - {code}
