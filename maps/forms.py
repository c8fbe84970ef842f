"""What may be asked of the map, in the address of the page."""

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from maps.geometry import Point
from maps.search import Filters

RADII = ("5", "20", "60")


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
            wheelchair=bool(self.wheelchair.data),
            open_now=bool(self.open_now.data),
            near=near,
            within_km=float(within) if within and near else None,
        )
