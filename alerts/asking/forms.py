"""Reasons, names and corrections, in plain words."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.validators import ValidationError as Refused

from alerts.forms import LONGEST_UPDATE, OPEN_SCREEN, few_words
from alerts.models import JUDGED, USUAL_HOUR

SHORTEST_REASON = 10
SHORTEST_NAME = 3
LONGEST_NAME = 120


class ApproveSurplus(FlaskForm):
    """A second person's yes; there is nothing to type."""


class RefuseSurplus(FlaskForm):
    """Why a second person says no."""

    words = few_words(
        _l("Why not?"),
        _l("Write in a few words why not."),
        description=_l("Whoever runs the alert reads it."),
    )


class BreakGlass(FlaskForm):
    """Why one coordinator goes on alone."""

    words = TextAreaField(
        _l("Why can't you wait for a second person?"),
        validators=[
            DataRequired(_l("Write why you can't wait.")),
            Length(
                min=SHORTEST_REASON,
                max=LONGEST_UPDATE,
                message=_l("Write a sentence, not only a word."),
            ),
        ],
        description=_l("All coordinators are told now. What you write stays with the alert."),
    )


class OfferHandover(FlaskForm):
    """Whom to ask to take an alert over."""

    to = SelectField(
        _l("Who should follow it?"), validators=[InputRequired(_l("Choose a person."))]
    )


class SendCorrection(FlaskForm):
    """What was wrong and what is right, for everybody who heard anything."""

    words = few_words(_l("What is right?"), _l("Write what is right."), description=OPEN_SCREEN)


class AddUnwanted(FlaskForm):
    """Whom the person does not want near them."""

    words = StringField(
        _l("Who should not be asked?"),
        validators=[
            DataRequired(_l("Write a name.")),
            Length(
                min=SHORTEST_NAME, max=LONGEST_NAME, message=_l("Write the whole name, please.")
            ),
        ],
        description=_l(
            "First name and family name. Or an e-mail, a phone number, the name of an association."
        ),
    )

    def validate_words(self, field: StringField) -> None:
        """Refuse a single short word, which would keep out everybody of that first name."""
        typed = (field.data or "").strip()
        if len(typed.split()) < 2 and not any(c.isdigit() or c == "@" for c in typed):
            raise Refused(_l("One word is not enough: write first name and family name."))


class SayWellbeing(FlaskForm):
    """One tap, or three answers; the link that is held is the right to say it."""

    class Meta:
        """The link proves the form; a key in a cookie would only fail in a mail program."""

        csrf = False

    deed = StringField(validators=[InputRequired()])
    in_time = StringField(validators=[Optional(), AnyOf(JUDGED)])
    enough_people = StringField(validators=[Optional(), AnyOf(JUDGED)])
    felt_safe = StringField(validators=[Optional(), AnyOf(JUDGED)])
    words = StringField(validators=[Optional(), Length(max=LONGEST_UPDATE)])

    @property
    def is_answered(self) -> bool:
        """Say whether all three questions have an answer; spaces are none."""
        told = (self.in_time.data, self.enough_people.data, self.felt_safe.data)
        return all(each in JUDGED for each in told)

    @property
    def answers(self) -> dict[str, Any]:
        """Return the three answers and the words."""
        told = ("in_time", "enough_people", "felt_safe")
        return {name: self[name].data for name in told} | {
            "words": (self.words.data or "").strip() or None
        }


class EditDrill(FlaskForm):
    """Whether drills are held, and from which hour of the day."""

    active = BooleanField(_l("Try our contacts once a month"))
    hour = IntegerField(
        _l("From which hour?"),
        default=USUAL_HOUR,
        validators=[
            InputRequired(_l("Write an hour.")),
            NumberRange(8, 20, _l("Between 8 and 20 o’clock.")),
        ],
    )
