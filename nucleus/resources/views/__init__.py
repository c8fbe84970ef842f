"""Pages of the places that help: the facts of one, what changed of them, who keeps them, twins."""

from nucleus.resources.views import (
    asking,
    changes,
    checking,
    deciding,
    facts,
    keeping,
    suggesting,
    twins,
)
from nucleus.resources.views.room import resources as resources

PAGES = (asking, changes, checking, deciding, facts, keeping, suggesting, twins)
