"""What may be typed into a plan: free words, few rules."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

LONGEST = 600


class AddItem(FlaskForm):
    """A line of one's own."""

    text = TextAreaField(
        _("In your own words"),
        validators=[
            DataRequired(_("Write a few words, or go back.")),
            Length(max=LONGEST, message=_("Please keep it under 600 letters.")),
        ],
    )


EditItem = AddItem


class AddSupporter(FlaskForm):
    """Somebody I ask for help."""

    name = StringField(
        _("Name"), validators=[DataRequired(_("Write what you call them.")), Length(max=80)]
    )
    channel = RadioField(
        _("How do you reach them?"),
        choices=[SelectChoice("email", _("E-mail")), SelectChoice("phone", _("Telephone"))],
        default="phone",
    )
    address = StringField(
        _("Their address or number"),
        validators=[DataRequired(_("Write the address or the number.")), Length(max=200)],
    )
