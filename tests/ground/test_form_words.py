"""What the form library says by itself is said as plainly as the rest."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectMultipleField, StringField, TimeField
from wtforms.validators import InputRequired, Length, NumberRange

from nucleus.ground import i18n
from nucleus.ground.web import anyone, csrf, may


class Odd(FlaskForm):  # type: ignore[misc]
    """A form that leaves all words to the library."""

    class Meta:
        """Sent without a page of ours before it."""

        csrf = False

    name = IntegerField(validators=[InputRequired()])
    number = IntegerField(validators=[NumberRange(1, 9)])
    choice = RadioField(choices=["a"])
    time = TimeField()
    long = StringField(validators=[Length(max=3)])
    short = StringField(validators=[Length(min=12)])
    choices = SelectMultipleField(choices=["a"])


@pytest.fixture
def odd(app: Flask) -> FlaskClient:
    """A door that says what was wrong."""

    @app.post("/odd")
    @csrf.exempt  # type: ignore[untyped-decorator]
    @may(anyone)
    def odd() -> dict[str, list[str]]:
        form = Odd()
        form.validate()
        return {field: [str(one) for one in errors] for field, errors in form.errors.items()}

    return app.test_client()


ODD = {"number": "99", "choice": "b", "time": "noon", "long": "long", "short": "x", "choices": "b"}


def test_a_refused_field_says_in_italian_what_to_write(odd: FlaskClient) -> None:
    told = odd.post("/odd?lang=it", data=ODD).get_json()
    assert told["name"] == ["Qui manca qualcosa."]
    assert told["choice"] == ["Scegli una di queste voci."]
    assert told["time"] == ["Scrivi un’ora, per esempio 18:30."]


def test_a_refused_field_says_in_english_what_to_write(odd: FlaskClient) -> None:
    told = odd.post("/odd?lang=en", data=ODD).get_json()
    assert told["name"] == ["Please fill this in."]
    assert told["choice"] == ["Please choose one of these."]


def test_a_figure_that_is_none_is_asked_for_in_words(odd: FlaskClient) -> None:
    told = odd.post("/odd?lang=it", data={"number": "many"}).get_json()
    assert told["number"][0] == "Scrivi un numero, per esempio 3."


def test_no_refusal_falls_back_to_another_language(odd: FlaskClient) -> None:
    told = {code: odd.post(f"/odd?lang={code}", data=ODD).get_json() for code in i18n.NAMES}
    for field in told["en"]:
        said = {code: told[code][field][0] for code in told}
        assert len(set(said.values())) == len(i18n.NAMES), (field, said)


def test_what_we_did_not_reword_comes_in_the_readers_language(odd: FlaskClient) -> None:
    told = odd.post("/odd?lang=it", data={"number": "12"}).get_json()
    assert told["number"] == ["Il numero deve essere compreso tra 1 e 9."]
