"""Signals by which a lower room tells the rooms above that something changed.

Used only where neither a tray nor a board serves. Receivers run in the sender's transaction.
"""

from blinker import Namespace

_names = Namespace()
person_stopped = _names.signal("person-stopped")  # sender: person id; the person left or died
consent_withdrawn = _names.signal("consent-withdrawn")  # sender: person id; purpose: its code
resource_changed = _names.signal("resource-changed")  # sender: resource id; closed, moved, stale
tables_ready = _names.signal("tables-ready")  # after `nucleus upgrade`: add what a house needs
deed_noted = _names.signal("deed-noted")  # sender: the journal's entry, not written yet
language_chosen = _names.signal("language-chosen")  # sender: language code, by whoever is here
