"""What is asked about a list that others keep: the file, what its columns are, what we owe."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileRequired
from wtforms import BooleanField, FileField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from maps.formats.cells import is_yes
from maps.formats.tables import BY_MACHINE, WORDS
from maps.services import Terms
from nucleus.resources.wording import FACTS

COLUMNS = {
    **FACTS,
    "hours": FACTS["hours_words"],
    "id": lazy_gettext("Its number in that list"),
    "category": FACTS["category_id"],
    "address": lazy_gettext("Street and number"),
    "comune": lazy_gettext("Town"),
    "province": lazy_gettext("Province (two letters)"),
    "lat": lazy_gettext("Latitude"),
    "lon": lazy_gettext("Longitude"),
    "hidden": lazy_gettext("Nobody may know where it is"),
    "told_on": lazy_gettext("Day on which these facts were true"),
}
UNASKED = (*BY_MACHINE, "hours_osm", "hours_unsure", "capacity_at")
ASKED = tuple(word for word in WORDS if word not in UNASKED)


class AddImport(FlaskForm):
    """A file, and whose it is."""

    file = FileField(lazy_gettext("The file with the list"), [FileRequired()])
    source = StringField(
        lazy_gettext("Who keeps this list"), [DataRequired(), Length(min=2, max=80)]
    )


class ReadImport(FlaskForm):
    """Which sheet of a workbook holds the list."""

    sheet = SelectField(lazy_gettext("Which sheet holds the list?"), [DataRequired()])


def sheet_form(names: Sequence[str], chosen: str | None) -> ReadImport:
    """Return the form with the sheets somebody may choose."""
    form = ReadImport(data={"sheet": chosen})
    form.sheet.choices = [SelectChoice(name, name) for name in names]
    return form


class MapImport(FlaskForm):
    """Which column is what; remembered for the next file of the same source."""

    attribution = StringField(
        lazy_gettext("What we owe them: a line shown wherever these facts are"), [Length(max=300)]
    )
    abroad = BooleanField(lazy_gettext("Its places may lie outside Italy"))
    trusted = BooleanField(
        lazy_gettext("It comes from an installation we trust like our own: keep its checks")
    )

    def terms(self) -> Terms:
        """Return what was said about the source."""
        words = (self.attribution.data or "").strip() or None
        return Terms(words, abroad=self.abroad.data, trusted=self.trusted.data)

    def chosen(self) -> dict[str, str]:
        """Return our word for each column that was chosen, with its heading."""
        said = {word: self[column(word)].data for word in ASKED if column(word) in self}
        return {word: heading for word, heading in said.items() if heading}


def column(word: str) -> str:
    """Return how the question for one of our words is called in the form."""
    return f"col_{word}"


def mapping_form(headings: Sequence[str], mapping: Mapping[str, int], **said: Any) -> MapImport:
    """Return the form with a question for each of our words, as the columns seem to be."""

    class Questions(MapImport):
        """The same, with the columns of one file."""

    choices = [
        SelectChoice("", lazy_gettext("No column")),
        *(SelectChoice(name, name) for name in dict.fromkeys(headings) if name),
    ]
    for word in ASKED if headings else ():
        seems = headings[mapping[word]] if word in mapping else ""
        question = SelectField(COLUMNS.get(word, word), choices=choices, default=seems)
        setattr(Questions, column(word), question)
    return Questions(data=said or None)


NEEDED = ("name", "category", "address", "comune", "lat", "lon", "hidden")
"""What is always asked of a row that waits: without these nobody finds the place."""


class ReviewRow(FlaskForm):
    """One row that waits, its cells as they should be; or why it is left out."""

    why = StringField(lazy_gettext("Why you leave it out"), [Length(max=300)])

    def said(self) -> dict[str, str]:
        """Return the cells as they were typed, under our words."""
        return {
            name.removeprefix(column("")): _as_cell(field.data)
            for name, field in self._fields.items()
            if name.startswith(column(""))
        }


def _as_cell(typed: str | bool | None) -> str:
    if isinstance(typed, bool):
        return "1" if typed else "0"
    return (typed or "").strip()


def review_form(said: Mapping[str, str]) -> ReviewRow:
    """Return the form with the cells of one row, those that say something and those needed."""

    class Cells(ReviewRow):
        """The same, with the cells of one row."""

    for word in ASKED:
        if said.get(word) or word in NEEDED:
            question = TextAreaField if len(said.get(word, "")) > LONG else StringField
            setattr(Cells, column(word), question(COLUMNS.get(word, word), [Length(max=20_000)]))
    setattr(Cells, column("hidden"), BooleanField(COLUMNS["hidden"]))
    hidden = is_yes(said.get("hidden", "")) is not False  # who says neither may mean yes
    cells: dict[str, Any] = {column(word): text for word, text in said.items()}
    return Cells(data={**cells, column("hidden"): hidden})


LONG = 60
"""Letters from which a cell gets room for several lines."""
