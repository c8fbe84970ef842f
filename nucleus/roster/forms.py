"""What may be typed about the roster."""

from datetime import time

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError

from nucleus.ground import clock
from nucleus.ground.web import settings

UNTIL = (
    ("1h", _("for one hour")),
    ("3h", _("for three hours")),
    ("evening", _("until 11 this evening")),
    ("morning", _("until 8 tomorrow morning")),
)
WEEKDAYS = (
    ("0", _("Monday")),
    ("1", _("Tuesday")),
    ("2", _("Wednesday")),
    ("3", _("Thursday")),
    ("4", _("Friday")),
    ("5", _("Saturday")),
    ("6", _("Sunday")),
)


class EditAvailability(FlaskForm):
    """Available now, always with an end."""

    until = RadioField(
        _("I am available"),
        choices=[SelectChoice(*each) for each in UNTIL],
        validators=[InputRequired(_("Choose until when you are available."))],
    )


class AddHours(FlaskForm):
    """A stretch of the week."""

    weekday = SelectField(
        _("Day"), choices=[SelectChoice(*each) for each in WEEKDAYS], validators=[InputRequired()]
    )
    opens = TimeField(
        _("From"), validators=[InputRequired(_("Write the time it starts, such as 18:30."))]
    )
    closes = TimeField(
        _("To"), validators=[InputRequired(_("Write the time it ends, such as 22:00."))]
    )

    def validate_closes(self, field: TimeField) -> None:
        """Refuse a stretch without length; past midnight is welcome."""
        if field.data == self.opens.data and field.data != time(0):
            raise ValidationError(_("The two times are the same."))


class TakeRest(FlaskForm):
    """Days without a call."""

    days = IntegerField(
        _("Days of rest"),
        validators=[
            InputRequired(_("Write how many days, or 0 to be called again.")),
            NumberRange(0, 90, _("Between 0 and 90 days.")),
        ],
    )


class EditZone(FlaskForm):
    """Where a responder can come."""

    comune = StringField(
        _("Town"), validators=[DataRequired(_("Write the town you start from.")), Length(max=80)]
    )
    radius_km = IntegerField(
        _("How far you can go, in kilometres"),
        validators=[
            InputRequired(_("Write how many kilometres.")),
            NumberRange(1, 200, _("Between 1 and 200 kilometres.")),
        ],
    )


class GiveAward(FlaskForm):
    """A qualification, by whom and when."""

    competence = SelectField(_("Qualification"), coerce=int, validators=[InputRequired()])
    issued_on = DateField(
        _("Given on"), validators=[InputRequired(_("Write the day it was given."))]
    )
    trainer = StringField(
        _("Trained by"), validators=[DataRequired(_("Write who trained them.")), Length(max=120)]
    )
    trainer_profession = StringField(
        _("Profession of the trainer"),
        validators=[DataRequired(_("Write the trainer’s profession.")), Length(max=120)],
    )

    def validate_issued_on(self, field: DateField) -> None:
        """Refuse a day that has not come yet."""
        if field.data and field.data > clock.local(clock.now(), settings().time_zone).date():
            raise ValidationError(_("That day has not come yet."))
