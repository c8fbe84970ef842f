"""Verbs of the accounts room: coming in, contacts, inviting."""

from nucleus.accounts.services.coming_in import enter as enter
from nucleus.accounts.services.coming_in import sign_out as sign_out
