"""A fact of a place is known at every door: whoever adds one is told where it is missing."""

import pytest
from sqlalchemy import inspect
from wtforms.fields.core import UnboundField

from maps.api.schemas import ResourceSent, ResourceShown
from maps.formats.tables import WORDS
from nucleus.resources.forms import EditResource
from nucleus.resources.knots import KNOT_OF
from nucleus.resources.models import Resource
from nucleus.resources.topics.table import OF_COORDINATORS, QUESTIONS
from nucleus.resources.wording import FACTS

NO_FACTS = {
    *("id", "uid", "place_id", "organisation_id", "state", "merged_into_id"),
    *("created_at", "changed_at", "silent_calls", "search_text", "search_name", "search_who"),
}
"""Columns that say nothing of a place: its numbers, whose it is, when it changed, its index."""

CAPACITY = {"capacity_unit", "capacity_free", "capacity_max", "capacity_at"}
AS_UNDERSTOOD = {"hours_words", "hours_unsure"}
"""Nobody says these: they come of the words typed as hours."""

DOORS = {
    "a name in words: nucleus/resources/wording.py": (set(FACTS), {"capacity_at"}),
    "a question of the whole form: nucleus/resources/forms.py": (
        {
            name
            for name in dir(EditResource)
            if isinstance(getattr(EditResource, name), UnboundField)
        },
        {"category_id", "capacity_at", *AS_UNDERSTOOD},
    ),
    "a handful: nucleus/resources/topics/table.py": (
        {name for each in (QUESTIONS, OF_COORDINATORS) for part in each.values() for name in part},
        {"category_id", "visibility", "capacity_at", *AS_UNDERSTOOD},
    ),
    "a knot, to be merged by: nucleus/resources/knots.py": (set(KNOT_OF), {"visibility"}),
    "a column of a list: maps/formats/tables.py": (set(WORDS), {"category_id", "hours_words"}),
    "what a program may tell: maps/api/schemas.py": (
        set(ResourceSent().fields),
        {"category_id", "capacity_at", *AS_UNDERSTOOD},
    ),
    "what a program is shown: maps/api/schemas.py": (
        set(ResourceShown().fields),
        {"category_id", "visibility", "hours_unsure", *CAPACITY, "emergency_hours"},
    ),
}
"""Where each fact has its place, and those that stand there under another name or not at all."""


@pytest.mark.parametrize("door", DOORS)
def test_every_fact_of_a_place_is_known_here(door: str) -> None:
    known, otherwise = DOORS[door]
    facts = {column.key for column in inspect(Resource).column_attrs} - NO_FACTS
    assert facts - known == otherwise, f"{door}: missing, or no exception any more"
