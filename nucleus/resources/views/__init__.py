"""Pages of the places that help: facts, changes, keepers, upkeep, suggestions, photos, twins."""

from nucleus.resources.views import (
    asking,
    changes,
    checking,
    deciding,
    facts,
    holidays,
    keeping,
    photos,
    standing,
    suggesting,
    twins,
)
from nucleus.resources.views.room import resources as resources

PAGES = (
    *(asking, changes, checking, deciding, facts, holidays, keeping, photos, standing, suggesting),
    twins,
)
