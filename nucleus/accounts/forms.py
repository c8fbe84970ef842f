"""What may be typed on the pages about oneself and about other people."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from nucleus.people import addresses
from nucleus.people.models import Channel, Role

DAY = 24 * 60
NEEDED = DataRequired(_("Please fill this in."))
INVITED_AS = (Role.MEMBER, Role.RESPONDER, Role.FACILITATOR)


class AddressForm(FlaskForm):
    """A channel and an address of that channel, tidied."""

    channel = RadioField(
        _("What kind of contact is it?"),
        choices=[
            SelectChoice(str(Channel.EMAIL), _("E-mail")),
            SelectChoice(str(Channel.NTFY), _("ntfy notice")),
            SelectChoice(str(Channel.PHONE), _("Telephone, for a call")),
        ],
        default=str(Channel.EMAIL),
        validators=[NEEDED],
    )
    address = StringField(
        _("The address, number or topic"),
        validators=[NEEDED, Length(max=254)],
        render_kw={"autocomplete": "off", "dir": "ltr"},
    )

    def validate_address(self, field: StringField) -> None:
        """Refuse what can't be an address of the chosen channel."""
        try:
            addresses.tidy(self.channel.data or "", field.data)
        except (addresses.BadAddress, KeyError):
            raise ValidationError(BAD.get(self.channel.data, BAD["email"])) from None


NO_NUMBER = _("This is not a telephone number. It looks like 333 123 4567 or +39 333 123 4567.")
BAD = {
    "sms": NO_NUMBER,
    "whatsapp": NO_NUMBER,
    "signal": NO_NUMBER,
    "matrix": _("This is not a Matrix name. It looks like @anna:example.org."),
    "webhook": _("The address must begin with https:// and have no spaces."),
    "email": _("This is not an e-mail address. It looks like anna@example.org."),
    "phone": NO_NUMBER,
    "ntfy": _("A topic has 8 to 64 letters, digits, - or _, and no spaces."),
}


BOTH = _("Choose both times, or choose “never” for both.")


class AddContactPoint(AddressForm):
    """A new way to be reached; only what can carry messages now is offered."""

    def offer(self, channels: Iterable[tuple[Channel, object]]) -> None:
        """Offer some channels under their names."""
        self.channel.choices = [SelectChoice(str(channel), words) for channel, words in channels]


class AddDevice(FlaskForm):
    """What the owner calls a device that shows notices."""

    device = StringField(
        _("What you call this device"),
        description=_("For example: my old phone. You find it under this name in your list."),
        validators=[NEEDED, Length(max=40)],
        render_kw={"autocomplete": "off"},
    )


PACES = {
    "": _("After two minutes, as usual"),
    "30": _("After half a minute"),
    "60": _("After one minute"),
    "180": _("After three minutes"),
    "300": _("After five minutes"),
    "600": _("After ten minutes"),
}


class QuietContactPoint(FlaskForm):
    """From when until when a contact should stay quiet; both never: at any time."""

    quiet_from = SelectField(_("Quiet from"), choices=[], default="")
    quiet_until = SelectField(_("Quiet until"), choices=[], default="")

    def offer(self, *kept: int | None) -> None:
        """Offer every half hour, and the times that are set already."""
        minutes = sorted({*range(0, DAY, 30), *(minute for minute in kept if minute is not None)})
        offered = [SelectChoice(str(m), f"{m // 60:02}:{m % 60:02}") for m in minutes]
        for field in (self.quiet_from, self.quiet_until):
            field.choices = [SelectChoice("", _("never")), *offered]

    def validate_quiet_from(self, _field: SelectField) -> None:
        """Ask for both times or none."""
        if not self.quiet_until.data:
            raise ValidationError(BOTH)

    def validate_quiet_until(self, _field: SelectField) -> None:
        """Ask for both times or none."""
        if not self.quiet_from.data:
            raise ValidationError(BOTH)


class EditPace(FlaskForm):
    """How long each contact has before the next one is tried; empty: as the house does it."""

    pace = RadioField(
        _("If you don’t answer, when do we try the next one?"),
        choices=[SelectChoice(value, words) for value, words in PACES.items()],
        default="",
    )


class TickBoxes(SelectMultipleField):
    """Several of a few, each with its own box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class EditProfile(FlaskForm):
    """Who I am and which languages I read and speak."""

    name = StringField(
        _("Your name"),
        validators=[NEEDED, Length(max=100)],
        render_kw={"autocomplete": "name"},
    )
    language = SelectField(_("The language we write to you in"), validators=[NEEDED])
    spoken = TickBoxes(_("Languages you can help in"))


class AddPerson(AddressForm):
    """Somebody new, with a first way to reach them."""

    name = StringField(
        _("Their name"), validators=[NEEDED, Length(max=100)], render_kw={"autocomplete": "off"}
    )
    language = SelectField(_("The language we write to them in"), validators=[NEEDED])
    organisation = SelectField(_("Organisation"), coerce=int, validators=[NEEDED])
    role = RadioField(_("What will they do?"), default=str(Role.MEMBER), validators=[NEEDED])
    agreed = BooleanField(_("They know that I am adding them, and agree"), validators=[NEEDED])


class AddApiToken(FlaskForm):
    """For which program a token is, what it may do and how long it lasts."""

    name = StringField(
        _("What is the program called?"),
        validators=[NEEDED, Length(max=80)],
        description=_("Coordinators read this name beside everything the program does."),
        render_kw={"autocomplete": "off"},
    )
    organisation = SelectField(_("Organisation"), coerce=int, validators=[NEEDED])
    scopes = TickBoxes(
        _("What may it do?"),
        validators=[DataRequired(_("Tick at least one."))],
        description=_("As little as it needs. This can't be changed later."),
    )
    days = RadioField(
        _("How long does it last?"),
        choices=[
            SelectChoice("30", _("A month")),
            SelectChoice("90", _("Three months")),
            SelectChoice("180", _("Half a year")),
            SelectChoice("365", _("A year")),
        ],
        default="90",
        validators=[NEEDED],
    )
