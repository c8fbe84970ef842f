"""What is typed at the doors: who comes in, and the password they choose."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField, ValidationError
from wtforms.validators import DataRequired, EqualTo, Length

SHORTEST, LONGEST = 12, 256
NEEDED = DataRequired(_("Please fill this in."))


class AskLink(FlaskForm):
    """The address a link and a code go to."""

    email = StringField(
        _("Your e-mail address"),
        validators=[NEEDED, Length(max=254)],
        render_kw={"type": "email", "autocomplete": "username", "inputmode": "email"},
    )


class ConfirmSignIn(FlaskForm):
    """Proof, once more, of who is here."""

    password = PasswordField(
        _("Your password"),
        validators=[NEEDED, Length(max=LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )


class SignIn(AskLink, ConfirmSignIn):
    """An address and a password."""


class GiveCode(FlaskForm):
    """Six digits from a letter."""

    code = StringField(
        _("The six digits"),
        validators=[NEEDED, Length(max=20)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "dir": "ltr"},
    )


class VerifyContactPoint(GiveCode):
    """Six digits that reached a contact point."""


class AddSecondFactor(GiveCode):
    """The first six digits the app shows, as proof that it was set up."""


class GiveSecondFactor(FlaskForm):
    """Six digits of the app, or one of the recovery codes."""

    code = StringField(
        _("The six digits of your app, or a recovery code"),
        validators=[NEEDED, Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "dir": "ltr"},
    )


class SetPassword(FlaskForm):
    """A new password, typed twice."""

    password = PasswordField(
        _("A new password"),
        description=_("At least 12 characters. Three or four words you will remember are good."),
        validators=[NEEDED, Length(max=LONGEST)],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _("The same once more"),
        validators=[NEEDED, EqualTo("password", _("The two are not the same."))],
        render_kw={"autocomplete": "new-password"},
    )

    def validate_password(self, field: PasswordField) -> None:
        """Refuse what is guessed in a moment: short ones, and few signs over and over."""
        if len(field.data or "") < SHORTEST:
            raise ValidationError(_("This is too short: use at least 12 characters."))
        if len(set(field.data)) < 5:
            raise ValidationError(_("This is too easy to guess: use more different characters."))


class ChangePassword(SetPassword):
    """A new password in place of the old one."""
