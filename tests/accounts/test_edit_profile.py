"""Name, languages, consents: a person's own to change."""

from sqlalchemy import select

from nucleus.accounts.queries import consents_of
from nucleus.ground.database import db
from nucleus.people.models import Consent, Person
from nucleus.people.queries import languages_of
from tests.cast import Cast


def test_name_and_languages_change(cast: Cast) -> None:
    client = cast.signed_in(cast.bea)
    data = {"name": " Bea  Bianchi ", "language": "en", "spoken": ["it", "ar"]}
    assert client.post("/accounts/profile/edit", data=data).status_code == 303
    with cast.stage():
        person = db.session.get_one(Person, cast.bea)
        assert (person.name, person.language) == ("Bea Bianchi", "en")
        assert languages_of(cast.bea) == ["ar", "it"]


def test_a_name_is_needed_and_a_language_of_the_house(cast: Cast) -> None:
    client = cast.signed_in(cast.bea)
    for data in ({"name": "", "language": "it"}, {"name": "Bea", "language": "tlh"}):
        assert client.post("/accounts/profile/edit", data=data).status_code == 422


def test_the_language_chosen_at_the_top_of_a_page_is_kept_for_letters(cast: Cast) -> None:
    cast.signed_in(cast.bea).post("/language", data={"language": "en"})
    with cast.stage():
        assert db.session.get_one(Person, cast.bea).language == "en"


def test_a_consent_is_given_once_in_its_wording_and_withdrawn(cast: Cast) -> None:
    client = cast.signed_in(cast.bea)
    for _ in range(2):
        client.post("/accounts/consent/give", data={"purpose": "news"})
    with cast.stage():
        [consent] = db.session.scalars(select(Consent)).all()
        assert consent.wording_version
        assert set(consents_of(cast.bea)) == {"news"}
    client.post("/accounts/consent/withdraw", data={"purpose": "news"})
    with cast.stage():
        assert consents_of(cast.bea) == {}
        assert db.session.scalars(select(Consent)).one().withdrawn_at is not None


def test_an_invented_purpose_can_not_be_agreed_to(cast: Cast) -> None:
    client = cast.signed_in(cast.bea)
    assert client.post("/accounts/consent/give", data={"purpose": "sell"}).status_code == 404


def test_the_page_of_consents_says_that_refusing_changes_no_help(cast: Cast) -> None:
    client = cast.signed_in(cast.bea)
    assert "the help you get" in client.get("/accounts/consent/list?lang=en").text
