"""Leaving: by oneself, or because somebody left the network."""

from flask.testing import FlaskClient

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


def test_a_copy_of_the_cookie_opens_nothing_after_signing_out(cast: Cast) -> None:
    """Nor one of a session that was replaced by signing in again in the same browser."""
    give_password(cast, cast.bea)
    mine, kept, other = (cast.app.test_client() for _ in range(3))
    sign_in(other, "bea@example.org", PASSWORD)
    for end in ("sign-out", "sign-in"):
        sign_in(mine, "bea@example.org", PASSWORD)
        kept.set_cookie("s", cookie_of(mine))
        assert is_in(kept)
        mine.post(f"/accounts/{end}", data={"email": "bea@example.org", "password": PASSWORD})
        assert not is_in(kept), end
    assert is_in(mine)
    assert is_in(other), "another device goes on"


def cookie_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("s")
    assert cookie is not None
    return cookie.value


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
