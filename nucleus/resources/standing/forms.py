"""What is asked when a place is shut for now."""

from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DateField, Field, StringField, ValidationError
from wtforms.validators import DataRequired, Length, Optional

from nucleus.ground.clock import local, now
from nucleus.ground.web import settings

LONGEST = timedelta(days=730)
"""What is shut for longer than two years no longer exists for whoever needs help."""


class SuspendResource(FlaskForm):
    """Why a place is shut for now, and until when."""

    why = StringField(
        lazy_gettext("Why it is shut, in a few words"), [DataRequired(), Length(max=300)]
    )
    until = DateField(lazy_gettext("Last day it is shut"), [Optional()])

    def validate_until(self, field: Field) -> None:
        """Refuse a day that is over, and one so far that the place is gone for whoever needs it."""
        today = local(now(), settings().time_zone).date()
        if field.data is None:
            return
        if field.data < today:
            raise ValidationError(_("That day is over. Leave it empty if you do not know."))
        if field.data > today + LONGEST:
            raise ValidationError(
                _("That is more than two years away: say that it no longer exists.")
            )
