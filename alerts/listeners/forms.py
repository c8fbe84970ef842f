"""What may be typed about a program that listens."""

from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.validators import ValidationError as Refused
from wtforms.widgets import CheckboxInput, ListWidget

from alerts.listeners.hearing import ANSWERED, CLOSED, FULL, RAISED

BAD = _l("This is not an address we can use. It looks like https://example.org/hook.")
EVENTS = {
    RAISED: _l("An alert for many people is opened"),
    ANSWERED: _l("Somebody comes, or can't"),
    FULL: _l("Enough people are coming"),
    CLOSED: _l("An alert ends"),
}


class AddListener(FlaskForm):
    """Where a program listens, and what it wants to hear."""

    name = StringField(
        _l("What is the program called?"),
        validators=[DataRequired(_l("Please fill this in.")), Length(max=80)],
    )
    url = StringField(
        _l("Its address"),
        validators=[DataRequired(_l("Please fill this in.")), Length(max=300)],
        description=_l("It begins with https:// and stands in the public network."),
        render_kw={"autocomplete": "off", "dir": "ltr", "inputmode": "url"},
    )
    organisation = SelectField(_l("Organisation"), coerce=int, validators=[InputRequired()])
    events = SelectMultipleField(
        _l("What does it want to hear?"),
        choices=[SelectChoice(name, label) for name, label in EVENTS.items()],
        validators=[DataRequired(_l("Tick at least one."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    drills = BooleanField(_l("It wants to hear of drills too"))

    def validate_url(self, field: StringField) -> None:
        """Refuse what is no plain https address."""
        try:
            parts = urlsplit(field.data.strip())
            whole = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
        except ValueError:
            raise Refused(BAD) from None
        plain = field.data.strip().isascii() and not set(field.data.strip()) & set(' "<>\\^`{|}')
        if not whole or not plain or parts.username or parts.password or parts.fragment:
            raise Refused(BAD)
