"""Pages of the accounts room: coming in, one's keys, oneself, one's contacts, one's people."""

from nucleus.accounts.views import coming_in, contacts, keys, oneself, persons
from nucleus.accounts.views.room import bp as bp

PAGES = (coming_in, contacts, keys, oneself, persons)
