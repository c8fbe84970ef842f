"""What is asked of who presses for help, and of a coordinator with somebody on the telephone."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.validators import ValidationError as Refused

from alerts.answering.confidences import Confided
from alerts.answering.spots import read_spot
from alerts.forms import LONGEST_WORDS, TOO_LONG, DraftAlert, offer
from nucleus.ground import i18n
from nucleus.people import addresses

LONGEST_NAME, LONGEST_PHONE = 60, 30
WRITE_TO_THEM = [
    ("yes", _l("Yes: tell them that we are looking")),
    ("no", _l("No: somebody dangerous may read it")),
]

HELP_WITH = [
    ("company", _l("I need someone with me")),
    ("talk", _l("I need to talk")),
    ("home", _l("I may lose my home")),
    ("food", _l("I have no food or money")),
    ("papers", _l("I need help with papers")),
    ("other", _l("Something else")),
]
PLACES = [
    ("none", _l("I won't say where I am")),
    ("zone", _l("Tell them the town")),
    ("exact", _l("Tell who comes exactly where")),
]


class RaiseOnBehalf(DraftAlert):
    """The same questions as for any alert, and what only somebody who comes may learn."""

    drill = HiddenField(default="no")
    caller_name = StringField(
        _l("First name"),
        validators=[Optional(), Length(max=LONGEST_NAME)],
        description=_l("Only if they are not in the list. Sealed: only who comes reads it."),
    )
    caller_phone = StringField(
        _l("Number to call back"),
        validators=[Optional(), Length(max=LONGEST_PHONE)],
        description=_l("Sealed. Leave it empty if ringing is dangerous for them."),
    )
    address = StringField(
        _l("Address, if they want it told"),
        validators=[
            Optional(),
            Length(max=LONGEST_WORDS, message=TOO_LONG),
        ],
        description=_l("Sealed. Only who comes reads it, after a code. A public place is safer."),
    )
    write_to_them = RadioField(
        _l("May we write to them?"),
        choices=offer(WRITE_TO_THEM),
        default="yes",
        validators=[InputRequired()],
    )

    @property
    def caller(self) -> Confided:
        """Return what was said in confidence."""
        return Confided(
            name=(self.caller_name.data or "").strip() or None,
            phone=(self.caller_phone.data or "").strip() or None,
            address=(self.address.data or "").strip() or None,
            silent=self.write_to_them.data == "no",
        )

    def validate_caller_phone(self, field: StringField) -> None:
        """Keep the number in the form in which it can be tapped."""
        try:
            field.data = addresses.tidy("phone", field.data)
        except addresses.BadAddress as cause:
            raise Refused(_("This is no phone number. Check the digits.")) from cause


class PressHelp(FlaskForm):
    """A member's own call for help; every answer is already given, so that one press is enough."""

    what = RadioField(_l("What do you need?"), choices=offer(HELP_WITH), default="company")
    words = StringField(
        _l("In your own words"),
        validators=[
            Optional(),
            Length(max=LONGEST_WORDS, message=TOO_LONG),
        ],
    )
    place = RadioField(_l("Where are you?"), choices=offer(PLACES), default="none")
    comune = StringField(_l("Which town?"), validators=[Optional(), Length(max=80)])
    address = StringField(
        _l("Where exactly?"),
        validators=[Length(max=LONGEST_WORDS, message=TOO_LONG)],
        description=_l("Street and bell, or a place. Only who comes reads it, after a code."),
    )
    spot = HiddenField(validators=[Optional(), Length(max=40)])

    @property
    def spot_told(self) -> str | None:
        """Return where the telephone says it is, when it says something sensible."""
        return read_spot(self.spot.data) if self.place.data == "exact" else None

    @property
    def confided(self) -> Confided | None:
        """Return what only who comes may read, when the person wants it told.

        Whoever chose it and wrote nothing is heard all the same: one press is enough.
        """
        address = (self.address.data or "").strip()
        if self.place.data != "exact" or not (address or self.spot_told):
            return None
        return Confided(address=address or None, spot=self.spot_told)

    @property
    def said(self) -> str:
        """Return what those who are asked will read: own words, or the choice as the house says it.

        The page may have been read in a language that none of them knows.
        """
        chosen = dict(HELP_WITH).get(self.what.data, HELP_WITH[0][1])
        with i18n.speaking(i18n.offered()[0]):
            return (self.words.data or "").strip() or str(chosen)

    @property
    def town(self) -> str | None:
        """Return the town, when the person wants it told."""
        typed = (self.comune.data or "").strip()
        return typed if self.place.data in {"zone", "exact"} and typed else None
