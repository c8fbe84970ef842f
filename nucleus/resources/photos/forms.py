"""What is asked about a photo, and what is said of a file that can't be one."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileRequired
from wtforms import DateField, Field, FileField, StringField, ValidationError
from wtforms.validators import DataRequired, Length, Optional

from nucleus.ground.clock import now
from nucleus.resources.hours import ITALY
from nucleus.resources.photos.pictures import Caption, Fault

ACCEPTED = "image/jpeg,image/png,image/webp"
"""An iPhone that is asked for these sends a JPEG of its own HEIC."""

FAULTS = {
    Fault.NO_PHOTO: lazy_gettext("This is not a photo we can read. Send a JPEG, PNG or WebP."),
    Fault.APPLE: lazy_gettext(
        "This is an HEIC file. Choose the photo on the phone itself, which then sends a JPEG."
    ),
    Fault.PIXELS: lazy_gettext("This photo has too many dots. Make it smaller and send it again."),
    Fault.BROKEN: lazy_gettext("Only a part of this photo arrived. Send it again."),
    Fault.BYTES: lazy_gettext("This file is larger than 15 MB. Make it smaller and send it again."),
}


class EditPhoto(FlaskForm):
    """What is said of a photo."""

    alt = StringField(lazy_gettext("What can be seen"), [DataRequired(), Length(max=300)])
    taken_by = StringField(lazy_gettext("Who took it"), [Length(max=120)])
    taken_on = DateField(lazy_gettext("On which day"), [Optional()])

    def validate_taken_on(self, field: Field) -> None:
        """Refuse a day that has not come yet."""
        if field.data and field.data > now().astimezone(ITALY).date():
            raise ValidationError(_("This day has not come yet."))

    def caption(self) -> Caption:
        """Return what was said."""
        taken_by = (self.taken_by.data or "").strip() or None
        return Caption(self.alt.data.strip(), taken_by, self.taken_on.data)


class AddPhoto(EditPhoto):
    """The same questions, and the photo."""

    photo = FileField(lazy_gettext("The photo"), [FileRequired()])

    def refuse(self, fault: Fault) -> None:
        """Say why the file is not taken."""
        self.photo.errors = [*self.photo.errors, str(FAULTS[fault])]
