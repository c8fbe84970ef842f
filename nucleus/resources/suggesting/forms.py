"""What anybody may tell us of a place, without an account."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Email, Length, Optional

from nucleus.places.models import Place
from nucleus.resources.forms import lines_of, read_hours
from nucleus.resources.suggesting.codes import read_code
from nucleus.resources.topics.forms import ShortForm, how_field
from nucleus.resources.topics.table import NEW_PLACE, QUESTIONS, SAYS_WHERE, WORDS_ONLY

BESIDE = ("note", "contact", "homepage")
MOST_LINES = 8


class Told(ShortForm):
    """A few answers of a stranger, and the three fields beside them.

    `homepage` is out of sight: a person leaves it empty, a program fills it.
    """

    note = TextAreaField(lazy_gettext("What else should we know?"), [Length(max=1000)])
    contact = StringField(
        lazy_gettext("Your e-mail, if you want to hear what becomes of it"),
        [Optional(), Length(max=200), Email()],
    )
    homepage = StringField(lazy_gettext("Leave this field empty"))

    def validate_homepage(self, field: Field) -> None:
        """Refuse what a program filled in, in words that help a person."""
        if field.data:
            raise ValidationError(
                _("Please empty the last field: it is there to catch programs, not people.")
            )

    def validate_hours(self, field: Field) -> None:
        """Take any words: whoever decides reads them."""

    def validate_phones(self, field: Field) -> None:
        """Refuse more numbers than any place has; then what can't be dialled."""
        if len(lines_of(field.data)) > MOST_LINES:
            raise ValidationError(_("These are too many numbers. Write the two that matter."))
        super().validate_phones(field)

    def hour_facts(self) -> dict[str, Any]:
        """Return the hours as understood, or as words that somebody will read."""
        typed = (self.hours.data or "").strip()
        proposal = read_hours(typed)
        if typed and proposal.is_clean:
            return {"hours": proposal.osm, "hours_words": typed, "hours_unsure": False}
        return {"hours": None, "hours_words": typed or None, "hours_unsure": bool(typed)}


class AddSuggestion(Told):
    """One handful of facts of one place, with what we say of them today."""

    def __init__(self, topic: str, *, start: Mapping[str, Any], exactly: bool) -> None:
        """Ask one topic.

        Args:
            topic: which handful.
            start: today's answers.
            exactly: whether the visitor may know where the place is.
        """
        asked = QUESTIONS.get(topic, ())
        kept = [name for name in asked if exactly or name not in SAYS_WHERE]
        super().__init__(kept, start=start, beside=BESIDE)
        self.topic = topic

    def validate_note(self, field: Field) -> None:
        """Refuse a suggestion that says nothing."""
        said = (field.data or "").strip()
        if said:
            return
        if self.topic in WORDS_ONLY:
            raise ValidationError(_("Write in a few words what you know, and how."))
        if not self.errors and not self.changed():
            raise ValidationError(_("This is what we have already. Change what is wrong."))


class ReportMissing(Told):
    """A place that is not in our list."""

    def __init__(self) -> None:
        """Ask what is needed to find it."""
        super().__init__(NEW_PLACE, start={}, beside=BESIDE)

    def all_said(self) -> dict[str, Any]:
        """Return all facts, as a revision keeps them; the category by its code."""
        facts = {**self.said(Place(hidden=False)), "name": self.name.data.strip()}
        return {**facts, "category": self.category.data}


class FollowSuggestion(FlaskForm):
    """The code that was shown when the suggestion was sent."""

    code = StringField(lazy_gettext("Your code"), [DataRequired(), Length(max=40)])

    def validate_code(self, field: Field) -> None:
        """Say how a code looks."""
        if read_code(field.data or "") is None:
            raise ValidationError(
                _("A code has twelve letters and digits, such as 7kfm-q2xh-9wtd. Look again.")
            )


class AcceptSuggestion(FlaskForm):
    """How whoever accepts it knows that it is right."""

    how = how_field()
    seen = StringField()


class RefuseSuggestion(FlaskForm):
    """A few words for whoever wrote, if they left an address."""

    words = StringField(
        lazy_gettext("Why, in a few friendly words. They are sent with our thanks."),
        [Length(max=300)],
    )
