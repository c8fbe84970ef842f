"""A code is typed as the letter carried it, and stood nowhere in between."""

import re

import pytest
from sqlalchemy import select

from alerts.sender.engine import run_until_idle
from nucleus.ground.database import db
from nucleus.messages.models import Message
from tests.accounts.helpers import is_in
from tests.alerts.sender.outside import World
from tests.cast import Cast


def codes_in(world: World) -> list[str]:
    words = [told.letter.subject + told.letter.body for told in world.told]
    assert not any("{" in each for each in words)
    return [re.findall(r"\b\d{6}\b", each)[0] for each in words]


def test_the_letter_that_was_asked_for_lets_in(cast_on_both: Cast) -> None:
    cast, world = cast_on_both, World()
    client = cast.app.test_client()
    client.post("/accounts/link/ask", data={"email": "bea@example.org"})
    run_until_idle(cast.app, send=world.send)
    assert world.where == [("email", "bea@example.org")]
    client.post("/accounts/code/give", data={"code": codes_in(world)[0]})
    assert is_in(client)


def test_the_link_of_the_letter_leads_to_the_button(cast: Cast) -> None:
    world = World()
    cast.app.test_client().post("/accounts/link/ask", data={"email": "bea@example.org"})
    run_until_idle(cast.app, send=world.send)
    link = (world.told[0].letter.link or "").removeprefix("http://127.0.0.1:8000")
    client = cast.app.test_client()
    assert client.get(link).status_code == 200
    assert client.post(link).status_code == 303
    assert is_in(client)


@pytest.mark.parametrize(
    ("channel", "address"), [("ntfy", "n-un-argomento"), ("email", "bea.due@example.org")]
)
def test_a_new_contact_is_proven_by_the_code_that_reached_it(
    cast: Cast, channel: str, address: str
) -> None:
    client, world = cast.signed_in(cast.bea), World()
    added = client.post(
        "/accounts/contact-point/add", data={"channel": channel, "address": address}
    )
    run_until_idle(cast.app, send=world.send)
    [code] = [
        code for told, code in zip(world.told, codes_in_or_blank(world), strict=True)
        if told.address == address
    ]  # fmt: skip
    with cast.stage():
        assert code not in str([each.texts for each in db.session.scalars(select(Message))])
    assert client.post(added.location, data={"code": code}).status_code == 303
    page = client.get("/accounts/contact-point/list?lang=en").text
    assert "Waits for its code" not in page


def codes_in_or_blank(world: World) -> list[str]:
    found = [re.findall(r"\b\d{6}\b", told.letter.body) for told in world.told]
    return [codes[0] if codes else "" for codes in found]
