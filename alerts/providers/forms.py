"""What an administrator is asked about a provider: its own questions, then price and pace."""

from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    DecimalField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectChoice,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from alerts.sender.connections.wire import is_public
from alerts.sender.kinds import Asked, Kind, Sort
from nucleus.ground.web import settings
from nucleus.people import addresses

NEEDED = DataRequired(_("Please fill this in."))
NUMBERS = {"inputmode": "decimal", "autocomplete": "off"}
UNCHANGED = _("Leave it empty to keep the present one. It is never shown again.")


class Limits(FlaskForm):
    """What is asked of every provider."""

    label = StringField(
        _("What you call it"),
        description=_("You find it again under this name, on this page and on the board."),
        validators=[NEEDED, Length(max=60)],
        render_kw={"autocomplete": "off"},
    )
    private = RadioField(
        _("What may it carry?"),
        description=_(
            "Whoever runs this service can read along. If you are not sure, choose the first."
        ),
        choices=[
            SelectChoice("no", _("Only that there is a notice, with a link")),
            SelectChoice("yes", _("The whole text")),
        ],
        validators=[NEEDED],
    )
    rate = DecimalField(
        _("Messages a second, at most"),
        description=_("As many as the provider allows you. Empty: as fast as we can."),
        validators=[Optional(), NumberRange(min=0.01, max=1000)],
        render_kw=NUMBERS,
    )
    in_flight = IntegerField(
        _("Messages on their way at once, at most"),
        validators=[Optional(), NumberRange(min=1, max=256)],
        render_kw=NUMBERS,
    )
    price = DecimalField(
        _("Price of one message, in euro cents"),
        description=_("For a text message: of each part. 0 when it costs nothing."),
        validators=[InputRequired(_("Please fill this in.")), NumberRange(min=0, max=1000)],
        default=0,
        render_kw=NUMBERS,
    )
    cap = DecimalField(
        _("Spend at most in a month, in euros"),
        description=_("Then only calls for a life at risk go out this way. Empty: no limit."),
        validators=[Optional(), NumberRange(min=0, max=100_000)],
        render_kw=NUMBERS,
    )

    def validate_label(self, field: StringField) -> None:
        """Refuse what no eye can see."""
        if not field.data.isprintable():
            raise ValidationError(_("Please use letters, digits and usual signs only."))


class AddProvider(Limits):
    """A new provider; the questions of its kind stand above these."""

    asked: dict[str, Asked] = {}  # noqa: RUF012

    @property
    def questions(self) -> list[Any]:
        """Return the fields of this kind, in their order."""
        return [self[name] for name in self.asked]

    @property
    def answers(self) -> dict[str, str]:
        """Return what was typed, tidied; what was left empty is left out."""
        typed = {name: tidied(asked, self[name].data or "") for name, asked in self.asked.items()}
        return {name: answer for name, answer in typed.items() if answer}


class EditProvider(AddProvider):
    """The same again; a secret left empty stays as it is."""


def form_for(kind: Kind, base: type[AddProvider] = AddProvider) -> AddProvider:
    """Return the form of one kind of provider."""
    asked = kind.questions
    fields = {name: _field(each, keeps=base is EditProvider) for name, each in asked.items()}
    made: type[AddProvider] = type(base.__name__, (base,), {**fields, "asked": asked})
    return made()


def tidied(asked: Asked, typed: str) -> str:
    """Return an answer in the form it is kept in."""
    text = typed.strip()
    if asked.sort is Sort.PHONE and text:
        try:
            return addresses.tidy("phone", text)
        except addresses.BadAddress:
            return text
    return text.rstrip("/") if asked.sort is Sort.PLACE else text


def _field(asked: Asked, *, keeps: bool) -> Any:
    hidden = asked.sort is Sort.SECRET
    checks = [Length(max=500), _check(asked, keeps=hidden and keeps)]
    may_be_empty = asked.default is not None or (hidden and keeps)
    facts: dict[str, Any] = {
        "description": UNCHANGED if hidden and keeps else asked.help,
        "validators": checks if may_be_empty else [NEEDED, *checks],
        "default": asked.default,
    }
    if hidden:
        return PasswordField(asked.label, render_kw={"autocomplete": "new-password"}, **facts)
    return StringField(asked.label, render_kw={"autocomplete": "off", "dir": "ltr"}, **facts)


def _check(asked: Asked, *, keeps: bool) -> Any:
    def check(_form: FlaskForm, field: StringField) -> None:
        typed = tidied(asked, field.data or "")
        if not typed and keeps:
            return
        if not asked.fits(typed):
            raise ValidationError(_("This does not look right. Please copy it once more."))
        if asked.sort is Sort.PLACE:
            check_place(typed)

    return check


def check_place(typed: str) -> None:
    """Refuse an unencrypted server and our own network, unless the operator named the machine."""
    try:
        place = urlsplit(typed)
        host, _port = (place.hostname or "").lower(), place.port
    except ValueError:
        raise ValidationError(_("An address looks like https://example.org.")) from None
    if host in settings().own_hosts or (settings().testing and host == "127.0.0.1"):
        return
    if place.scheme != "https":
        raise ValidationError(_("The address must begin with https://."))
    number = host.replace(".", "").isdecimal() or ":" in host or host.endswith("localhost")
    if number and not is_public(host):
        raise ValidationError(
            _("This address is inside a network. Ask the operator to name it in NUCLEUS_OWN_HOSTS.")
        )
