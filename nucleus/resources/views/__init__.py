"""Pages of the places that help: the facts of one, and what changed of them."""

from nucleus.resources.views import changes, facts, keeping
from nucleus.resources.views.room import resources as resources

PAGES = (changes, facts, keeping)
