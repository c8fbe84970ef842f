"""How long each contact has before the next one is tried is the person's own to say."""

from nucleus.accounts.forms import PACES
from nucleus.ground.database import db
from nucleus.people.models import PATIENCES, Person
from tests.accounts.test_list_contact_point import kinds
from tests.cast import Cast

PAGE = "/accounts/pace/edit"


def pace_of(cast: Cast, person: int) -> int | None:
    with cast.stage():
        return db.session.get_one(Person, person).step_seconds


def test_a_pace_is_chosen_told_and_given_back_to_the_house(cast: Cast) -> None:
    client = cast.signed_in(cast.vito)
    assert client.post(PAGE, data={"pace": "300"}).status_code == 303
    assert pace_of(cast, cast.vito) == 300
    assert "cinque minuti" in client.get("/accounts/contact-point/list").text
    assert kinds(cast, cast.vito).count("accounts.change") == 2, "somebody else may have done it"
    assert client.post(PAGE, data={"pace": ""}).status_code == 303
    assert pace_of(cast, cast.vito) is None


def test_only_a_sane_pace_is_taken(cast: Cast) -> None:
    client = cast.signed_in(cast.vito)
    for typed in ("0", "-1", "3600", "soon"):
        assert client.post(PAGE, data={"pace": typed}).status_code == 422
    assert pace_of(cast, cast.vito) is None
    assert {int(each) for each in PACES if each} == set(PATIENCES)
