"""What may be typed about an authority's feed."""

from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.validators import ValidationError as Refused

from alerts.forms import MOST_PEOPLE, SEVERITIES
from alerts.providers.forms import check_place
from maps.locating.gazetteer import GazetteerPlace, stands_alone, the_gazetteer

NEEDED = DataRequired(_l("Please fill this in."))
STRANGE = frozenset(' "<>\\^`{|}')
BAD = _l("This is not an address we can use. It looks like https://example.org/cap.atom.")


class AddFeed(FlaskForm):
    """Where an authority publishes its warnings, and which of them concern us."""

    place: GazetteerPlace | None = None
    name = StringField(
        _l("Whose warnings are they?"),
        description=_l("For example: Civil protection of Campania."),
        validators=[NEEDED, Length(max=80)],
    )
    url = StringField(
        _l("The address of the feed"),
        description=_l("Atom or RSS with CAP documents. It begins with https://."),
        validators=[NEEDED, Length(max=500)],
        render_kw={"autocomplete": "off", "dir": "ltr", "inputmode": "url"},
    )
    organisation = SelectField(_l("Organisation"), coerce=int, validators=[InputRequired()])
    comune = StringField(
        _l("Around which town?"),
        description=_l("Empty: wherever it is. A warning whose place we don’t know comes in too."),
        validators=[Length(max=100)],
    )
    km = IntegerField(
        _l("How many kilometres around?"),
        default=30,
        validators=[
            InputRequired(_l("Please fill this in.")),
            NumberRange(1, 500, _l("Between 1 and 500 kilometres.")),
        ],
    )
    least = SelectField(
        _l("From how serious on?"),
        choices=[SelectChoice(value, words) for value, words in reversed(SEVERITIES[:4])],
        default="Moderate",
        validators=[InputRequired(_l("Please fill this in."))],
    )
    drills = BooleanField(_l("Tests and drills of the authority too"))
    count = IntegerField(
        _l("How many people should a draft ask for?"),
        description=_l("You can change it before anybody is asked."),
        default=2,
        validators=[
            InputRequired(_l("Please fill this in.")),
            NumberRange(1, MOST_PEOPLE, _l("Between 1 and 50 people.")),
        ],
    )

    def validate_url(self, field: StringField) -> None:
        """Refuse what is no plain public https address, unless the operator named the machine."""
        typed = field.data.strip()
        try:
            parts = urlsplit(typed)
            whole = bool(parts.hostname) and parts.port != 0 and not parts.fragment
        except ValueError:
            raise Refused(BAD) from None
        web = parts.scheme in {"https", "http"} and not (parts.username or parts.password)
        if not (whole and web and typed.isascii() and not set(typed) & STRANGE):
            raise Refused(BAD)
        check_place(typed)

    def validate_comune(self, field: StringField) -> None:
        """Understand the town, if one was typed."""
        if not (field.data or "").strip():
            return
        matches = the_gazetteer().find(field.data)
        if not stands_alone(matches):
            raise Refused(_l("We don’t know this town, or there are several. Add the province."))
        self.place = matches[0].place
