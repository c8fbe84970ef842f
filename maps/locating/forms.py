"""What may be typed when the pin of a place is put, and what is said when it can't be right."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, SelectMultipleField, StringField, ValidationError
from wtforms.validators import DataRequired, Length, Optional

from maps.earth.geometry import Point
from maps.locating.gazetteer import the_gazetteer
from maps.locating.starting import town_in
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


class EditStart(FlaskForm):
    """From where one starts; empty forgets it."""

    address = StringField(lazy_gettext("Town, or street and town"), [Optional(), Length(max=200)])

    def validate_address(self, field: Field) -> None:
        """Refuse an address whose town nobody can tell, with those it may be."""
        said = (field.data or "").strip()
        if not said or town_in(said):
            return
        choices = [match.place.label for match in the_gazetteer().find(said)]
        if choices:
            raise ValidationError(_("Which one do you mean?") + " " + ", ".join(choices))
        raise ValidationError(_("We do not know a town of this name."))


class AcceptPlace(FlaskForm):
    """Which of the listed places are well enough at the middle of their town."""

    places = SelectMultipleField(lazy_gettext("Places"), coerce=row_number, validate_choice=False)
