"""What may be typed when the pin of a place is put, and what is said when it can't be right."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, SelectMultipleField, StringField, ValidationError
from wtforms.validators import DataRequired, Length

from maps.earth.geometry import Point
from nucleus.ground.heard import row_number
from nucleus.places.coordinates import ShortLink, read_point
from nucleus.places.italy import doubt_about
from nucleus.resources.forms import DOUBTS


class PinPlace(FlaskForm):
    """Where the pin is, however somebody writes or copies it."""

    where = StringField(lazy_gettext("The point"), [DataRequired(), Length(max=2000)])
    insists = StringField(lazy_gettext("Why it is right all the same"), [Length(max=300)])
    near: tuple[float, float] | None = None
    point: Point | None = None

    def validate_where(self, field: Field) -> None:
        """Read the point, or say in words what to write instead."""
        try:
            found = read_point(field.data or "", near=self.near)
        except ShortLink as cause:
            words = _("This is a shortened link. Open it, then copy the long address from there.")
            raise ValidationError(words) from cause
        if found is None:
            words = _("We can't read a point there. Write it for example so: 41.9028, 12.4964")
            raise ValidationError(words)
        if doubt := doubt_about(*found):
            raise ValidationError(str(DOUBTS[doubt]))
        self.point = Point(*found)


class AcceptPlace(FlaskForm):
    """Which of the listed places are well enough at the middle of their town."""

    places = SelectMultipleField(lazy_gettext("Places"), coerce=row_number, validate_choice=False)
