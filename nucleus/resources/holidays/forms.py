"""What may be typed about the days on which a town shuts by itself."""

from calendar import monthrange

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from nucleus.ground.dates import months
from nucleus.resources.reach import Patch, read_patch

LEAP_YEAR = 2024
"""A saint of the 29th of February has a day every four years."""


class AddHoliday(FlaskForm):
    """The day of a town's patron saint."""

    town = StringField(lazy_gettext("Town"), [InputRequired(), Length(max=80)])
    day = IntegerField(lazy_gettext("Day"), [InputRequired(), NumberRange(1, 31)])
    month = SelectField(lazy_gettext("Month"), [InputRequired()], coerce=int)
    name = StringField(lazy_gettext("What the day is called"), [Length(max=80)])

    def __init__(self, town: str = "") -> None:
        """Begin with a town, and name the months in the reader's language."""
        super().__init__(data={"town": town})
        self.month.choices = [SelectChoice(number, name) for number, name in months()]

    def validate_town(self, field: Field) -> None:
        """Refuse a province: each of its towns has a saint of its own."""
        if not read_patch(field.data.strip()).comune:
            raise ValidationError(_("Write one town. For a province there is no such day."))

    def validate_month(self, field: Field) -> None:
        """Refuse a day that this month never has."""
        longest = monthrange(LEAP_YEAR, field.data)[1] if field.data in range(1, 13) else 31
        if (self.day.data or 0) > longest:
            raise ValidationError(_("This month has no such day."))

    @property
    def patch(self) -> Patch:
        """Return the town as it was typed."""
        return read_patch(self.town.data.strip())
