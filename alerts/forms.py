"""What may be typed about an alert, in plain words."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.validators import ValidationError as Refused

from alerts.choosing.pairs import two_go
from alerts.models import STAY_MINUTES
from alerts.speech.minutes import minutes_in
from alerts.speech.understanding import plain_words
from alerts.telling.words import URGENCIES
from maps.locating.gazetteer import GazetteerPlace, stands_alone, the_gazetteer

MOST_PEOPLE = 50
SHORTEST_STAY, LONGEST_STAY = 15, 720
LONGEST_WORDS = 200
LONGEST_UPDATE = 400
TOO_LONG = _l("Please use at most 200 characters.")
OPEN_SCREEN = _l("No names and no addresses: some of them read it on an open screen.")
LONGEST_SPAN = 40
WEEK_OF_MINUTES = 7 * 24 * 60
YES_NO = [("no", _l("No")), ("yes", _l("Yes"))]
SEVERITIES = [
    ("Extreme", _l("A life is at risk")),
    ("Severe", _l("Serious: it can't wait long")),
    ("Moderate", _l("Hard, but nobody is in danger")),
    ("Minor", _l("A small thing")),
    ("Unknown", _l("We don't know yet")),
]
CERTAINTIES = [
    ("Observed", _l("We have seen or heard it ourselves")),
    ("Likely", _l("Most likely true")),
    ("Possible", _l("It may be true")),
    ("Unknown", _l("We don't know")),
]
CLOSE_REASONS = [
    ("resolved", _l("The need is met")),
    ("cancelled", _l("It was a mistake, or it is no longer needed")),
]
REAL_OR_DRILL = [("no", _l("It is real")), ("yes", _l("It is a drill"))]
SCALES = [("person", _l("For one person")), ("area", _l("For many people in the town"))]


def offer(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Return pairs of value and words as what a field may offer."""
    return [SelectChoice(value, words) for value, words in pairs]


def span(typed: str | None, *, bare: bool = False) -> int | None:
    """Return the minutes somebody wrote in their own way, such as *2 hours*."""
    return minutes_in(plain_words(typed), bare=bare) if typed else None


def few_words(label: str, missing: str, *, description: str) -> TextAreaField:
    """Return a question for at most 400 letters.

    Args:
        label: the question.
        missing: what is said when nothing was written.
        description: who will read it.
    """
    too_long = Length(max=LONGEST_UPDATE, message=_l("Please use at most 400 characters."))
    return TextAreaField(label, [DataRequired(missing), too_long], description=description)


class DraftAlert(FlaskForm):
    """What happened, who is needed, where; nothing is sent from here."""

    not_for_peers = RadioField(
        _l("Violence going on, a weapon, an overdose, a fire, a suicide in progress?"),
        choices=offer(YES_NO),
        validators=[InputRequired(_l("Please say first whether someone is in danger of life."))],
    )
    drill = RadioField(
        _l("Is it real?"),
        choices=offer(REAL_OR_DRILL),
        default="no",
        validators=[InputRequired()],
        description=_l("Every message of a drill says so. This can't be changed later."),
    )
    what = StringField(
        _l("What is needed?"),
        validators=[
            DataRequired(_l("Write in a few words what is needed.")),
            Length(max=LONGEST_WORDS, message=TOO_LONG),
        ],
        description=_l(
            "Like this: keep company and listen for an hour. Everyone asked reads it: no names."
        ),
    )
    comune = StringField(
        _l("In which town?"),
        validators=[DataRequired(_l("Write the town."))],
        description=_l("The town is enough. Never write an address here."),
    )
    count = IntegerField(
        _l("How many people?"),
        default=2,
        validators=[
            InputRequired(_l("Write how many people are needed.")),
            NumberRange(1, MOST_PEOPLE, _l("Between 1 and 50 people.")),
        ],
    )
    competence = SelectField(_l("Trained in what?"), default="")
    language = SelectField(_l("Does someone need to speak a language?"), default="")
    language_count = IntegerField(
        _l("How many of them speak it?"),
        default=1,
        validators=[Optional(), NumberRange(1, MOST_PEOPLE, _l("Between 1 and 50 people."))],
    )
    urgency = RadioField(_l("When?"), choices=offer(URGENCIES.items()), default="Immediate")
    severity = RadioField(_l("How serious is it?"), choices=offer(SEVERITIES), default="Moderate")
    certainty = RadioField(_l("How sure are we?"), choices=offer(CERTAINTIES), default="Observed")
    scale = RadioField(
        _l("For whom?"),
        choices=offer(SCALES),
        default="person",
        description=_l("What is for many people is public: anybody can read it, in these words."),
    )
    person = SelectField(
        _l("Who is it for?"),
        default="",
        description=_l("The name stays hidden. Who comes sees the first name only."),
    )
    meeting_words = StringField(
        _l("Where do they meet?"),
        [Optional(), Length(max=LONGEST_WORDS, message=TOO_LONG)],
        description=_l("A public place. Only those who say they are coming read it."),
    )
    why_alone = StringField(
        _l("Only one person? Say why one is enough"),
        [Optional(), Length(max=LONGEST_WORDS, message=TOO_LONG)],
        description=_l("On a first visit, and at night, two people go."),
    )
    stay_minutes = IntegerField(
        _l("After how many minutes do we ask if they are all right?"),
        default=STAY_MINUTES,
        validators=[
            Optional(),
            NumberRange(SHORTEST_STAY, LONGEST_STAY, _l("Between 15 minutes and 12 hours.")),
        ],
    )
    organisation = SelectField(_l("Which association asks?"), validators=[InputRequired()])
    place: GazetteerPlace | None = None

    @property
    def sends_nobody(self) -> bool:
        """Say whether this is a matter for the emergency number and not for peers."""
        return bool(self.not_for_peers.data == "yes")

    def validate_count(self, field: IntegerField) -> None:
        """Ask for two where two go, unless there is a reason why one is enough."""
        alone = self.scale.data == "person" and field.data == 1 and not self.sends_nobody
        if not alone or self.drill.data == "yes" or (self.why_alone.data or "").strip():
            return
        person = self.person.data or ""
        why = two_go(int(person) if person.isdecimal() else None)
        if why == "night":
            raise Refused(_("At night two people go. Ask for two, or say below why one is enough."))
        if why == "first":
            raise Refused(
                _("On a first visit two people go. Ask for two, or say below why one is enough.")
            )

    def validate_comune(self, field: StringField) -> None:
        """Take a town the gazetteer knows for certain; ask again when two have the name."""
        matches = the_gazetteer().find(field.data)
        if stands_alone(matches):
            self.place = matches[0].place
            return
        alike = ", ".join(match.place.label for match in matches[:4])
        if alike:
            raise Refused(_("Which one do you mean? Write it like this: %(names)s", names=alike))
        raise Refused(_("We don't know this town. Check how it is written, or write a bigger one."))

    def validate_language_count(self, field: IntegerField) -> None:
        """Ask for no more speakers than people."""
        if self.language.data and field.data and field.data > (self.count.data or 0):
            raise Refused(_("This is more than the number of people you ask for."))


class CloseAlert(FlaskForm):
    """Why an alert ends; everyone who was asked is told."""

    reason = RadioField(
        _l("Why does it end?"),
        choices=offer(CLOSE_REASONS),
        validators=[InputRequired(_l("Say why it ends."))],
    )


class SendUpdate(FlaskForm):
    """A few words to everyone who was asked and has not said no."""

    words = few_words(
        _l("What should they know?"), _l("Write what they should know."), description=OPEN_SCREEN
    )


class Answer(FlaskForm):
    """What a person asked says; the link they hold is the right to say it."""

    class Meta:
        """The link proves the form; a key in a cookie would only fail in a mail program."""

        csrf = False

    deed = StringField(validators=[InputRequired()])
    minutes = StringField(validators=[Optional()])
    later = StringField(validators=[Optional(), Length(max=LONGEST_SPAN)])
    words = StringField(validators=[Optional(), Length(max=LONGEST_WORDS)])

    @property
    def eta_minutes(self) -> int | None:
        """Return in how many minutes the person comes, if they said so anywhere."""
        if self.minutes.data in {"15", "30", "60"}:
            return int(self.minutes.data)
        return span(self.later.data, bare=True) or span(self.words.data)

    def validate_later(self, field: StringField) -> None:
        """Take *45*, *2 hours* or *mezz’ora*; ask again where no time can be read."""
        if span(field.data, bare=True) is None:
            raise Refused(_("Write it like this: 45, or 2 hours."))

    @property
    def own_words(self) -> str | None:
        """Return what the person wrote, if anything."""
        return (self.words.data or "").strip() or None


class SpokeByPhone(FlaskForm):
    """What a person said on the phone, noted by the coordinator who rang them."""

    how = HiddenField(validators=[InputRequired()])
    eta_minutes = IntegerField(validators=[Optional(), NumberRange(1, WEEK_OF_MINUTES)])
    words = StringField(validators=[Optional(), Length(max=LONGEST_WORDS)])

    @property
    def own_words(self) -> str | None:
        """Return what the person said, if it was noted."""
        return (self.words.data or "").strip() or None


class WhereCode(FlaskForm):
    """The six digits that came to the contact of the person asked."""

    class Meta:
        """The link and the code prove the form."""

        csrf = False

    code = StringField(validators=[InputRequired(), Length(max=40)])


class TakeCap(FlaskForm):
    """An authority's document, for which association it is, how many people its draft asks for."""

    document = FileField(
        _l("The document (a CAP file, XML)"),
        validators=[FileRequired(_l("Choose the file."))],
        render_kw={"accept": ".xml,.cap,application/cap+xml,text/xml"},
    )
    organisation = SelectField(_l("Which association asks?"), validators=[InputRequired()])
    count = IntegerField(
        _l("How many people?"),
        default=2,
        validators=[
            InputRequired(_l("Write how many people are needed.")),
            NumberRange(1, MOST_PEOPLE, _l("Between 1 and 50 people.")),
        ],
    )


class AddWall(FlaskForm):
    """One more screen that may show the alerts of an association."""

    name = StringField(
        _l("What is the screen called?"),
        validators=[DataRequired(_l("Please give it a name.")), Length(max=60)],
    )
    organisation = SelectField(_l("Whose alerts?"), validators=[InputRequired()])
