"""What a coordinator writes down while somebody is on the telephone."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.validators import ValidationError as Refused

from alerts.forms import LONGEST_WORDS, DraftAlert, offer
from alerts.helping.behalf import Caller
from nucleus.people import addresses

LONGEST_NAME, LONGEST_PHONE = 60, 30
WRITE_TO_THEM = [
    ("yes", _l("Yes: tell them that we are looking")),
    ("no", _l("No: somebody dangerous may read it")),
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
            Length(max=LONGEST_WORDS, message=_l("Please use at most 200 characters.")),
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
    def caller(self) -> Caller:
        """Return what was said in confidence."""
        return Caller(
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
