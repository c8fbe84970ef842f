"""What may be typed about a place that helps, and what is said when it can't be right."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from nucleus.people.addresses import BadAddress, tidy
from nucleus.places.doubting import Disagreement
from nucleus.places.italy import Doubt, doubt_about, read_degrees
from nucleus.places.models import Place
from nucleus.places.services import Whereabouts
from nucleus.resources.accessibility import AIDS
from nucleus.resources.hours import UnreadableHours, check_hours
from nucleus.resources.models import VISIBILITIES, Resource
from nucleus.resources.prose_hours import Proposal, propose_hours

DOUBTS = {
    Doubt.ZERO: lazy_gettext(
        "These two numbers are zero. Leave them empty if you do not know them."
    ),
    Doubt.SWAPPED: lazy_gettext("The two numbers are in the wrong order: latitude comes first."),
    Doubt.OUTSIDE: lazy_gettext(
        "This point is not in Italy. Check both numbers, or leave them empty."
    ),
}
WHEELCHAIR = {
    "yes": lazy_gettext("Yes"),
    "limited": lazy_gettext("With help"),
    "no": lazy_gettext("No"),
    "unknown": lazy_gettext("We do not know"),
}
CIRCLES = {
    "public": lazy_gettext("Everyone"),
    "members": lazy_gettext("Members"),
    "responders": lazy_gettext("Responders"),
    "coordinators": lazy_gettext("Coordinators only"),
}


WORDS = (
    *("what", "offered_by", "email", "web", "who_for", "cost", "documents", "how_to_get_in"),
    "capacity_unit",
)
CHOICES = ("by_appointment", "phone_first", "wheelchair", "accessibility", "visibility")
NUMBERS = ("age_from", "age_to", "capacity_free", "capacity_max")
OLDEST, MOST = 120, 100_000


def read_hours(typed: str) -> Proposal:
    """Read hours typed in Italian or in OSM syntax; leftovers are words nobody understood."""
    proposal = propose_hours(typed)
    if proposal.is_clean:
        return proposal
    try:
        return Proposal(check_hours(typed))
    except UnreadableHours:
        return proposal


class HasCapacity(FlaskForm):
    """How many are free, of how many."""

    capacity_unit = StringField(
        lazy_gettext("What is counted (beds, places, meals)"), [Length(max=60)]
    )
    capacity_free = IntegerField(
        lazy_gettext("How many are free now"), [Optional(), NumberRange(0, MOST)]
    )
    capacity_max = IntegerField(
        lazy_gettext("How many there are in all"), [Optional(), NumberRange(0, MOST)]
    )

    def validate_capacity_free(self, field: Field) -> None:
        """Refuse a number of nothing, and more free ones than there are."""
        if field.data is None:
            return
        if not (self.capacity_unit.data or "").strip():
            raise ValidationError(_("Say what is counted: beds, places, meals."))
        if self.capacity_max.data is not None and field.data > self.capacity_max.data:
            raise ValidationError(_("More are free than there are. Check the two numbers."))


class EditCapacity(HasCapacity):
    """The one question that is asked every day."""

    def facts(self) -> dict[str, Any]:
        """Return the columns as typed."""
        unit = (self.capacity_unit.data or "").strip() or None
        return {"capacity_unit": unit, **{name: self[name].data for name in NUMBERS[2:]}}


class EditResource(HasCapacity):
    """All facts of one place; the same questions when it is added."""

    name = StringField(lazy_gettext("Name"), [DataRequired(), Length(max=200)])
    category = SelectField(lazy_gettext("What kind of help"), [DataRequired()])
    offered_by = StringField(
        lazy_gettext("Who runs it: an association, an office or a named professional"),
        [Length(max=200)],
    )
    what = TextAreaField(lazy_gettext("What it does, in plain words"), [Length(max=2000)])
    address = StringField(lazy_gettext("Street and number"), [Length(max=200)])
    comune = StringField(lazy_gettext("Town"), [DataRequired(), Length(max=80)])
    province = StringField(
        lazy_gettext("Province (two letters)"), [Optional(), Regexp(r"^[A-Za-z]{2}$")]
    )
    lat = StringField(lazy_gettext("Latitude"))
    lon = StringField(lazy_gettext("Longitude"))
    insists = StringField(lazy_gettext("Why it is right all the same"), [Length(max=300)])
    hidden = BooleanField(lazy_gettext("Nobody may know where it is"))
    phones = TextAreaField(lazy_gettext("Phone numbers, one a line"), [Length(max=300)])
    email = StringField(lazy_gettext("E-mail"), [Optional(), Email()])
    web = StringField(lazy_gettext("Web page"), [Length(max=300)])
    hours = TextAreaField(lazy_gettext("Opening hours"), [Length(max=500)])
    keep_words = BooleanField(
        lazy_gettext("Keep the words as they are: we are not sure of the hours")
    )
    emergency_hours = TextAreaField(
        lazy_gettext("Other hours for now, for instance in a heat wave"), [Length(max=500)]
    )
    emergency_until = DateField(lazy_gettext("Last day of these other hours"), [Optional()])
    by_appointment = BooleanField(lazy_gettext("Only by appointment"))
    phone_first = BooleanField(lazy_gettext("Call before you go"))
    how_to_get_in = TextAreaField(lazy_gettext("How to get in"), [Length(max=1000)])
    who_for = StringField(lazy_gettext("Who it is for"), [Length(max=300)])
    age_from = IntegerField(lazy_gettext("From which age"), [Optional(), NumberRange(0, OLDEST)])
    age_to = IntegerField(lazy_gettext("Up to which age"), [Optional(), NumberRange(0, OLDEST)])
    cost = StringField(lazy_gettext("What it costs"), [Length(max=200)])
    documents = StringField(lazy_gettext("Documents to bring"), [Length(max=300)])
    wheelchair = RadioField(
        lazy_gettext("Can a wheelchair get in?"),
        choices=[SelectChoice(*one) for one in WHEELCHAIR.items()],
        default="unknown",
    )
    accessibility = SelectMultipleField(
        lazy_gettext("What else is there"),
        choices=[SelectChoice(*one) for one in AIDS.items()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    languages = SelectMultipleField(
        lazy_gettext("Languages spoken there"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    visibility = RadioField(
        lazy_gettext("Who may see it"),
        choices=[SelectChoice(one, CIRCLES[one]) for one in VISIBILITIES],
        default="public",
    )
    why = StringField(lazy_gettext("Why it changes, for whoever looks after it"), [Length(max=300)])
    doubt: Disagreement | None = None

    @property
    def reason(self) -> str | None:
        """Return why the point is right although it does not lie in the town, if that was asked."""
        said = (self.insists.data or "").strip()
        return said or None if self.doubt else None

    def validate_age_to(self, field: Field) -> None:
        """Refuse an age span that nobody is in."""
        low = self.age_from.data
        if None not in (field.data, low) and field.data < low:
            raise ValidationError(_("The second age is lower than the first."))

    def validate_emergency_hours(self, field: Field) -> None:
        """Refuse hours that nobody would ever end, and words nobody understood."""
        typed = (field.data or "").strip()
        if not typed:
            return
        if self.emergency_until.data is None:
            raise ValidationError(
                _("Say on which day these hours end. Without an end they would stay for ever.")
            )
        proposal = read_hours(typed)
        if not proposal.is_clean:
            words = ", ".join(proposal.leftovers)
            raise ValidationError(_("We did not understand: %(words)s.", words=words))

    def validate_phones(self, field: Field) -> None:
        """Refuse a line that can't be dialled."""
        for line in lines_of(field.data):
            try:
                tidy("phone", line)
            except BadAddress as cause:
                raise ValidationError(_("“%(line)s” can't be dialled.", line=line)) from cause

    def validate_lat(self, field: Field) -> None:
        """Refuse half a point, a number that is none, and a point outside the country.

        One that stands there already, as those of lists from abroad, is not doubted anew.
        """
        typed = (field.data or "").strip(), (self.lon.data or "").strip()
        if not any(typed) or typed == (field.object_data, self.lon.object_data):
            return
        lat, lon = (read_degrees(each) for each in typed)
        if lat is None or lon is None:
            raise ValidationError(_("Write both numbers, such as 40.9949 and 14.2108, or neither."))
        if doubt := doubt_about(lat, lon):
            raise ValidationError(str(DOUBTS[doubt]))

    def validate_hours(self, field: Field) -> None:
        """Refuse words nobody understood, unless they are to be kept as words."""
        typed = (field.data or "").strip()
        if not typed or self.keep_words.data:
            return
        proposal = read_hours(typed)
        if not proposal.is_clean:
            words = ", ".join(proposal.leftovers)
            raise ValidationError(
                _(
                    "We did not understand: %(words)s. Write only days and times, or tick the box.",
                    words=words,
                )
            )

    def validate_web(self, field: Field) -> None:
        """Say what a web page begins with."""
        if field.data and not field.data.startswith(("https://", "http://")):
            raise ValidationError(_("A web page begins with https://"))

    def facts(self) -> dict[str, Any]:
        """Return the columns of a resource as typed, empty answers as None."""
        return {
            "name": self.name.data.strip(),
            **{name: (self[name].data or "").strip() or None for name in WORDS},
            **{name: self[name].data for name in CHOICES},
            **{name: self[name].data for name in NUMBERS},
            "phones": [tidy("phone", line) for line in lines_of(self.phones.data)],
            **self.hour_facts(),
            **self.emergency_facts(),
        }

    def emergency_facts(self) -> dict[str, Any]:
        """Return the hours for now with their last day, or neither."""
        typed = (self.emergency_hours.data or "").strip()
        if not typed:
            return {"emergency_hours": None, "emergency_until": None}
        until = self.emergency_until.data
        return {"emergency_hours": read_hours(typed).osm, "emergency_until": until}

    def hour_facts(self) -> dict[str, Any]:
        """Return the hours as understood, beside the words they came in."""
        typed = (self.hours.data or "").strip()
        if not typed or self.keep_words.data:
            return {"hours": None, "hours_words": typed or None, "hours_unsure": bool(typed)}
        return {"hours": read_hours(typed).osm, "hours_words": typed, "hours_unsure": False}

    def where(self) -> Whereabouts:
        """Return the address as typed, with its point if there is one."""
        typed = {name: (self[name].data or "").strip() for name in ("address", "comune")}
        lat, lon = read_degrees(self.lat.data or ""), read_degrees(self.lon.data or "")
        return Whereabouts(
            address=typed["address"] or None,
            comune=typed["comune"] or None,
            province=(self.province.data or "").strip().upper() or None,
            point=(lat, lon) if lat is not None and lon is not None else None,
            hidden=self.hidden.data,
        )


class AddResource(EditResource):
    """The same questions for a place that is new."""


def lines_of(text: str | None) -> list[str]:
    """Return the lines that say something."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def as_typed(resource: Resource) -> dict[str, Any]:
    """Return the facts of a place as the form shows them."""
    columns = ("name", *WORDS, *CHOICES, *NUMBERS, "emergency_hours", "emergency_until")
    return {
        **{column: getattr(resource, column) for column in columns},
        "category": resource.category.code,
        "phones": "\n".join(resource.phones),
        "hours": resource.hours_words or resource.hours,
        "keep_words": resource.hours_unsure,
        "languages": [row.language for row in resource.languages],
        **(_place_as_typed(resource.place) if resource.place else {}),
    }


def _place_as_typed(place: Place) -> dict[str, Any]:
    """Return the words of a place, and its point only if somebody put it there."""
    pinned = place.precision == "pin"
    return {
        **{name: getattr(place, name) for name in ("address", "comune", "province", "hidden")},
        "lat": str(place.lat) if pinned else "",
        "lon": str(place.lon) if pinned else "",
    }
