"""Pages of the accounts room: coming in, one's keys, oneself, contacts, people, tokens."""

from nucleus.accounts.views import coming_in, contacts, devices, keys, oneself, persons, tokens
from nucleus.accounts.views.room import bp as bp

PAGES = (coming_in, contacts, devices, keys, oneself, persons, tokens)
