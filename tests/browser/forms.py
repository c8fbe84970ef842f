"""The trial form of the gallery: one field of every kind."""

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget


def choices(**labels: str) -> list[SelectChoice]:
    """Return the choices of a field."""
    return [SelectChoice(value, label) for value, label in labels.items()]


class Ticks(SelectMultipleField):
    """Several of a few."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class Trial(FlaskForm):
    """One field of every kind."""

    town = StringField("Town", validators=[InputRequired("Write the name of the town.")])
    words = TextAreaField("In your words")
    kind = SelectField("Kind", choices=choices(a="Listening", b="Company"))
    arrival = RadioField(
        "I arrive in",
        choices=choices(soon="15 minutes", later="30", other="later…"),
        validators=[InputRequired("Choose when you arrive.")],
    )
    languages = Ticks("Languages", choices=choices(it="Italiano", ar="العربية"))
    agree = BooleanField("You may call me at night")
