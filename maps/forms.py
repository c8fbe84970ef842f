"""What may be asked of the map, in the address of the page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from maps.earth.geometry import Box, Point
from maps.finding.audiences import AUDIENCES
from maps.finding.question import Filters
from nucleus.ground.heard import row_or_none
from nucleus.resources.accessibility import AIDS

ORIGIN = re.compile(
    r"(?P<origin>https?://[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9-]+)*(?::\d{1,5})?)/?"
)
RADII = ("5", "20", "60")
DEPTHS = frozenset(map(str, range(20)))
"""How deep a map may look, as its address says it: from the whole world to a door."""


@dataclass(frozen=True)
class View:
    """What the map shows just now: how deep it looks, and which part of the earth."""

    zoom: int
    box: Box | None


def view_asked(args: Mapping[str, str]) -> View | None:
    """Return the view a map asks for (`zoom`, `bbox` as west,south,east,north), if it names one.

    Whoever names none gets everything; a box that can't be read shows everything too.
    """
    zoom = args.get("zoom", "")
    if zoom not in DEPTHS:
        return None
    return View(int(zoom), _box(args.get("bbox", "")))


def _box(typed: str) -> Box | None:
    try:
        west, south, east, north = (float(part) for part in typed.split(","))
    except ValueError:
        return None
    inside = -90 <= south <= north <= 90 and -180 <= west <= east <= 180
    return Box(south, west, north, east) if inside else None


class ShowResources(FlaskForm):
    """The questions of the page "Find a place near you"; sent by GET, so without a token."""

    class Meta:
        """A question changes nothing."""

        csrf = False

    near = StringField(lazy_gettext("Near which town?"), [Length(max=100)])
    within = SelectField(
        lazy_gettext("How far?"),
        choices=[
            SelectChoice("", lazy_gettext("Any distance")),
            *(SelectChoice(km, f"{km} km") for km in RADII),
        ],
        default="",
    )
    text = StringField(lazy_gettext("What are you looking for?"), [Length(max=100)])
    category = SelectField(lazy_gettext("What kind of help"), default="")
    language = SelectField(lazy_gettext("Language spoken there"), default="")
    who = SelectField(
        lazy_gettext("Who is it for?"),
        choices=[
            SelectChoice("", lazy_gettext("Everyone")),
            *(SelectChoice(code, one.label) for code, one in AUDIENCES.items()),
        ],
        default="",
    )
    accessibility = SelectField(
        lazy_gettext("What must be there"),
        choices=[
            SelectChoice("", lazy_gettext("Nothing in particular")),
            *(SelectChoice(*one) for one in AIDS.items()),
        ],
        default="",
    )
    comune = StringField(lazy_gettext("Only in this town"), [Length(max=100)])
    written = BooleanField(lazy_gettext("Only where this town is written"))
    area = IntegerField(lazy_gettext("Area"), [Optional()], filters=[row_or_none])
    open_now = BooleanField(lazy_gettext("Open now"))
    wheelchair = BooleanField(lazy_gettext("A wheelchair can get in"))

    def filters(self, near: Point | None) -> Filters:
        """Return the question; a part that can't be understood asks nothing."""
        wrong = set(self.errors)
        within = "" if "within" in wrong else self.within.data or ""
        return Filters(
            text="" if "text" in wrong else self.text.data or "",
            category="" if "category" in wrong else self.category.data or "",
            language="" if "language" in wrong else self.language.data or "",
            who="" if "who" in wrong else self.who.data or "",
            accessibility="" if "accessibility" in wrong else self.accessibility.data or "",
            wheelchair=bool(self.wheelchair.data),
            open_now=bool(self.open_now.data),
            near=near,
            within_km=float(within) if within and near else None,
        )


class AddFrameHost(FlaskForm):
    """A web site that may show our map."""

    origin = StringField(lazy_gettext("Address of the web site"), [DataRequired(), Length(max=200)])

    def validate_origin(self, field: StringField) -> None:
        """One host with its scheme; a star or a path would let in more than anybody meant."""
        found = ORIGIN.fullmatch((field.data or "").strip().lower())
        if found is None:
            raise ValidationError(_("Write it like this: https://www.example.org"))
        field.data = found["origin"]
