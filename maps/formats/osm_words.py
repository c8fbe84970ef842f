"""What we owe OpenStreetMap wherever its facts are shown; stands apart from its library."""

SOURCE = "OpenStreetMap"
ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0 (openstreetmap.org/copyright)"

FOUND_BY = ("nominatim", "photon", "pelias")
"""Online geocoders, as a place's `source` names them: all of them know from OpenStreetMap."""
