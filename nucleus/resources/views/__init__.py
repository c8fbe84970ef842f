"""Pages of the places that help: the facts of one, what changed of them, who keeps them, twins."""

from nucleus.resources.views import changes, facts, keeping, twins
from nucleus.resources.views.room import resources as resources

PAGES = (changes, facts, keeping, twins)
