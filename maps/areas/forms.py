"""What may be typed about an area: comuni by name, corners, a circle; all of it without a mouse."""

import re
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    DecimalField,
    Field,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from maps.areas.queries import is_written_somewhere, town_of
from maps.areas.services import AreaFacts
from maps.earth.geometry import Point
from maps.earth.shapes import Circle, Outline, Region, Shape, Town, closed, from_json
from maps.locating.gazetteer import stands_alone, the_gazetteer
from maps.models import Area
from nucleus.ground.clock import local, now
from nucleus.ground.web import settings
from nucleus.places.italy import in_italy

LONGEST = timedelta(days=90)
USUAL = timedelta(days=3)
MOST_CORNERS = 500
MOST_TOWNS = 200
NUMBER = r"-?\d{1,3}(?:[.,]\d+)?"
CORNER = re.compile(rf"\s*({NUMBER})\s*(?:[;/\s]|,\s)\s*({NUMBER})\s*")


class Kilometres(DecimalField):
    """A number of kilometres, written with a point or a comma."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it either way."""
        super().process_formdata([typed.replace(",", ".") for typed in valuelist])


class AddArea(FlaskForm):
    """Where an emergency is, until when, and who may look at it."""

    name = StringField(
        lazy_gettext("What shall this area be called?"), [DataRequired(), Length(min=3, max=80)]
    )
    what = TextAreaField(lazy_gettext("What happens there?"), [Length(max=500)])
    towns = TextAreaField(lazy_gettext("Which towns?"), [Length(max=8000)])
    corners = TextAreaField(lazy_gettext("Corners of an area on the map"), [Length(max=20000)])
    centre = StringField(lazy_gettext("Middle of a circle"), [Length(max=100)])
    km = Kilometres(
        lazy_gettext("How far around, in kilometres?"), [Optional(), NumberRange(0.1, 200)]
    )
    until = DateTimeLocalField(lazy_gettext("Until when?"), [DataRequired()])
    public = BooleanField(lazy_gettext("Everybody may see this area"))

    def __init__(self, area: Area | None = None) -> None:
        """Begin with what is kept of an area, or with an end in three days."""
        super().__init__(data=said_of(area))
        self.named: list[Town] = []
        self.outlines: list[Outline] = []
        self.middle: Point | None = None

    def validate_towns(self, field: TextAreaField) -> None:
        """Every line is one comune that we know."""
        lines = [line.strip() for line in (field.data or "").splitlines() if line.strip()]
        if len(lines) > MOST_TOWNS:
            raise ValidationError(_("These are too many towns: draw the area instead."))
        self.named = [known_town(line) for line in lines]

    def validate_corners(self, field: TextAreaField) -> None:
        """Every line is one corner; an empty line begins another area."""
        blocks = re.split(r"\n\s*\n", (field.data or "").replace("\r", "").strip())
        self.outlines = [outline_of(block.splitlines()) for block in blocks if block.strip()]

    def validate_centre(self, field: StringField) -> None:
        """The middle is a town or a point; it wants a distance."""
        if (field.data or "").strip() and not self.km.data:
            raise ValidationError(_("Say how far the circle goes, in kilometres."))
        self.middle = point_named(field.data) if (field.data or "").strip() else None

    def validate_until(self, field: DateTimeLocalField) -> None:
        """The end lies ahead, and not so far that everybody forgets it."""
        if field.data and not now() < self.end <= now() + LONGEST:
            raise ValidationError(_("The end must lie ahead, at most 90 days from now."))

    def validate_name(self, _field: StringField) -> None:
        """An area is somewhere."""
        if not any((each.data or "").strip() for each in (self.towns, self.corners, self.centre)):
            words = _("Name a town, or draw an area or a circle: one of them is enough.")
            raise ValidationError(words)

    @property
    def end(self) -> datetime:
        """Return the end; what was typed is the time on the wall here."""
        typed: datetime = self.until.data
        return typed.replace(tzinfo=settings().zone)

    def region(self) -> Region:
        """Return where it is."""
        shapes: list[Shape] = list(self.outlines)
        if self.middle:
            shapes.append(Circle(self.middle, float(self.km.data)))
        return Region(tuple(shapes), tuple(self.named))

    def facts(self) -> AreaFacts:
        """Return what was said."""
        what = (self.what.data or "").strip() or None
        name = self.name.data.strip()
        return AreaFacts(name, what, self.region(), self.end, public=bool(self.public.data))


class EditArea(AddArea):
    """The same questions, with the answers that are kept."""


def said_of(area: Area | None) -> dict[str, object]:
    """Return what the form says of an area before somebody types."""
    zone = settings().time_zone
    if area is None:
        return {"until": local(now() + USUAL, zone).replace(minute=0, second=0, tzinfo=None)}
    shapes = [from_json(kept) for kept in area.region["shapes"]]
    circle = next((shape for shape in shapes if isinstance(shape, Circle)), None)
    rings = [ring for shape in shapes if isinstance(shape, Outline) for ring in shape.rings]
    return {
        "name": area.name,
        "what": area.what,
        "towns": "\n".join(Town(*each).label for each in area.region["towns"]),
        "corners": "\n\n".join(
            "\n".join(f"{lat:.5f} {lon:.5f}" for lat, lon in ring[:-1]) for ring in rings
        ),
        "centre": f"{circle.centre.lat:.5f} {circle.centre.lon:.5f}" if circle else None,
        "km": circle.km if circle else None,
        "until": local(area.until, zone).replace(second=0, tzinfo=None),
        "public": area.public,
    }


def known_town(typed: str) -> Town:
    """Return the comune a line names, or say what is unclear."""
    matches = the_gazetteer().find(typed)
    if stands_alone(matches):
        place = matches[0].place
        if place.istat:
            return Town(place.name, place.province)
        words = _(
            "“%(typed)s” is part of a town: name the whole town, or draw a circle.", typed=typed
        )
        raise ValidationError(words)
    town = town_of(typed)
    if town and not matches and is_written_somewhere(town):
        return town
    if matches:
        labels = ", ".join(match.place.label for match in matches[:5])
        raise ValidationError(_("“%(typed)s” may be: %(labels)s.", typed=typed, labels=labels))
    raise ValidationError(_("We do not know a town called “%(typed)s”.", typed=typed))


def outline_of(lines: list[str]) -> Outline:
    """Return an area from its corners, one a line."""
    corners = [corner_of(line) for line in lines if line.strip()]
    if len(corners) < 3:
        raise ValidationError(_("An area needs three corners or more."))
    if len(corners) > MOST_CORNERS:
        raise ValidationError(_("These are too many corners: leave some out."))
    return Outline((closed(corners),))


def corner_of(line: str) -> tuple[float, float]:
    """Return one corner as (lat, lon)."""
    found = CORNER.fullmatch(line)
    lat, lon = (float(part.replace(",", ".")) for part in found.groups()) if found else (0.0, 0.0)
    if not in_italy(lat, lon):
        words = _("“%(line)s” is no point in Italy. Write it like this: 40.9949 14.2108", line=line)
        raise ValidationError(words)
    return lat, lon


def point_named(typed: str) -> Point:
    """Return a point from two numbers or the name of a town."""
    if CORNER.fullmatch(typed):
        return Point(*corner_of(typed))
    matches = the_gazetteer().find(typed)
    if stands_alone(matches):
        return matches[0].place.point
    known_town(typed)  # says which ones it may be
    raise ValidationError(_("We do not know where that is."))


class AddShare(FlaskForm):
    """A link to an area for people outside: who gets it, and how long it works."""

    label = StringField(
        lazy_gettext("Who gets this link?"), [DataRequired(), Length(min=2, max=80)]
    )
    until = DateTimeLocalField(lazy_gettext("Until when does it work?"), [DataRequired()])

    def __init__(self, area: Area) -> None:
        """Suggest the end of the area."""
        self.ends = area.until
        until = local(area.until, settings().time_zone).replace(
            tzinfo=None, second=0, microsecond=0
        )
        super().__init__(until=until)

    def validate_until(self, field: Field) -> None:
        """A link works from now on, and no longer than its area."""
        if field.data and not now() < self.end() <= self.ends:
            raise ValidationError(_("Choose a time from now to the end of this area."))

    def end(self) -> datetime:
        """Return the end that was chosen."""
        typed: datetime = self.until.data
        return typed.replace(tzinfo=settings().zone)
