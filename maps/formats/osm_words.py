"""What we owe OpenStreetMap wherever its facts are shown; stands apart from its library."""

SOURCE = "OpenStreetMap"
ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0 (openstreetmap.org/copyright)"
