"""Leaving: by oneself, or because somebody left the network."""

from nucleus.ground.database import db
from nucleus.people.models import Person
from nucleus.people.services import stop_person
from tests.accounts.helpers import PASSWORD, give_password, is_in, sign_in
from tests.cast import Cast


def test_signing_out_ends_the_session_and_asks_the_browser_to_forget(cast: Cast) -> None:
    client = cast.signed_in(cast.bea)
    answer = client.post("/accounts/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert not is_in(client)


def test_looking_at_the_address_of_the_way_out_signs_nobody_out(cast: Cast) -> None:
    client = cast.signed_in(cast.bea)
    assert client.get("/accounts/sign-out").status_code == 405
    assert is_in(client)


def test_every_session_of_somebody_who_left_ends(cast: Cast) -> None:
    give_password(cast, cast.vito)
    phone, computer = cast.signed_in(cast.vito), cast.signed_in(cast.vito)
    assert is_in(phone)
    with cast.stage():
        stop_person(db.session.get_one(Person, cast.vito))
    assert not is_in(phone)
    assert not is_in(computer)
    assert sign_in(cast.app.test_client(), "vito@example.org", PASSWORD) == 422
