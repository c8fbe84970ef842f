"""No byte that leaves the house depends on a place the asker may not know.

Two houses are the same but for the secret. Every door, each format, file and script is opened in
both, with everything an attacker could ask, and all answers must be equal, byte for byte. A new
door is walked as soon as it is in the house.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from nucleus.app import create_app
from nucleus.ground import clock
from tests.architecture.doors import doors
from tests.conftest import opened, settings_for
from tests.security.secret_worlds import (
    ASKING,
    NARROWEST,
    OTHERWISE,
    TRUTH,
    World,
    addresses,
    boxes,
    comparable,
    questions,
    walk,
    world,
)

BOTH = (TRUTH, OTHERWISE)
Worlds = tuple[World, World]
BY_LOT = {
    "accounts.add_contact_point",
    "accounts.add_second_factor",
    "accounts.add_device",
    "accounts.start_chat",
    "accounts.sign_out",
}
"""Doors that show a key drawn for whoever opens them; none of them knows of places."""


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    """Both houses, in the same held moment."""
    folders = [tmp_path_factory.mktemp(name) for name in ("truth", "otherwise")]
    with clock.held_at(clock.now()):
        houses = [opened(create_app(settings_for(Path(folder)))) for folder in folders]
        apps = [next(house) for house in houses]
        yield world(apps[0], TRUTH), world(apps[1], OTHERWISE)
        for house in houses:
            next(house, None)


def rules(one: World, method: str) -> list[Rule]:
    mine = (rule for rule in doors(one.cast.app) if rule.endpoint not in BY_LOT)
    return [rule for rule in mine if method in (rule.methods or ())]


def every_page(one: World, client: FlaskClient) -> Iterator[tuple[str, TestResponse]]:
    """Open every door there is, and ask those that take questions all of them."""
    for rule in rules(one, "GET"):
        for at, path in enumerate(addresses(one, rule)):
            answer = client.get(path)
            yield f"{rule.rule} {at}", answer
            asks = rule.rule.startswith(ASKING) and not rule.arguments
            if asks and answer.status_code == 200:
                for question in questions(BOTH):
                    yield f"{path}?{question}", client.get(f"{path}?{question}")


def every_ring(one: World, client: FlaskClient, count: int) -> Iterator[tuple[str, TestResponse]]:
    """Ask so often from where the secret may be: mostly by box, the rest by ring and order."""
    for at, box in enumerate(boxes(BOTH, 2 * count // 3)):
        path = f"/maps/resources.geojson?{box}"
        yield f"{path} {at}", client.get(path)
    for at in range(count // 9):
        lat, lon = BOTH[at % 2].point
        here = {"lat": f"{lat + (at % 7 - 3) / 200:.4f}", "lon": f"{lon + (at % 5 - 2) / 200:.4f}"}
        client.post("/maps/resources/show", data=here)
        for page in ("/maps/resources/show", "/maps/resources.geojson", "/maps/resources.csv"):
            asked = f"{page}?here=1&within={(5, 20)[at % 2]}"
            yield f"{asked} {at}", client.get(asked)


def every_form(one: World, client: FlaskClient) -> Iterator[tuple[str, TestResponse]]:
    """Send to every door what an attacker guesses: twins, names, numbers, the place itself."""
    guess = {
        "name": TRUTH.name, "address": f"{TRUTH.street} 77", "comune": "Aversa", "province": "CE",
        "phones": TRUTH.phone, "phone": TRUTH.phone, "email": TRUTH.mail, "text": TRUTH.name,
        "category": "shelter", "what": TRUTH.name, "lat": "40.9612", "lon": "14.1876",
        "words": TRUTH.name, "visibility": "public", "wheelchair": "unknown", "why": TRUTH.name,
        "resource_id": str(one.circle), "how": "call", "preview": "1",
    }  # fmt: skip
    for rule in rules(one, "POST"):
        for at, path in enumerate(addresses(one, rule)):
            yield f"POST {rule.rule} {at}", client.post(path, data=guess)


@pytest.mark.parametrize("asker", NARROWEST)
def test_no_page_file_or_feed_depends_on_the_secret(worlds: Worlds, asker: str) -> None:
    told = [walk(one, asker, every_page) for one in worlds]
    assert len(told[0]) > 200
    assert not (leaks := differing(told)), "\n".join(leaks)
    assert not (leaks := giving_away(told[0], worlds[0])), "\n".join(leaks)


@pytest.mark.parametrize(("asker", "count"), [("visitor", 306), ("member", 45), ("responder", 45)])
def test_three_hundred_questions_come_no_nearer_than_the_public_point(
    worlds: Worlds, asker: str, count: int
) -> None:
    told = [walk(one, asker, partial(every_ring, count=count)) for one in worlds]
    assert len(told[0]) >= count
    assert any(b"Centro Alba" in said for said in told[0].values()), "they asked the right thing"
    assert not (leaks := differing(told)), "\n".join(leaks)
    assert not (leaks := giving_away(told[0], worlds[0])), "\n".join(leaks)


@pytest.mark.parametrize("asker", NARROWEST)
def test_no_refusal_and_no_hint_depends_on_the_secret(worlds: Worlds, asker: str) -> None:
    told = [walk(one, asker, every_form) for one in worlds]
    assert not (leaks := differing(told)), "\n".join(leaks)


def test_a_coordinator_is_told_more(worlds: Worlds) -> None:
    """Else the two houses would be equal for want of a difference."""
    paths = [
        f"/resources/resource/show/{number}" for number in (worlds[0].circle, worlds[0].hidden)
    ]
    for path, word in zip(paths, (TRUTH.name, TRUTH.street), strict=True):
        told = [one.cast.signed_in(one.cast.carla).get(path).text for one in worlds]
        assert word in told[0]
        assert word not in told[1]


def differing(told: list[dict[str, bytes]]) -> list[str]:
    """Return what was answered differently in the two houses, with the first difference."""
    one, other = told
    assert list(one) == list(other)
    return [
        f"{asked}: {difference(*pair)}"
        for asked in one
        if len(set(pair := (comparable(one[asked]), comparable(other[asked])))) > 1
    ]


def difference(one: bytes, other: bytes) -> str:
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    return f"{one[max(0, at - 40) : at + 80]!r} / {other[max(0, at - 40) : at + 80]!r}"


def giving_away(told: dict[str, bytes], one: World) -> list[str]:
    """Return which answers hold a word of the secret; what was asked may come back."""
    return [
        f"{asked}: {word}"
        for asked, said in told.items()
        for word in one.secret.words
        if word.encode() in said and word.split()[-1] not in asked
    ]
