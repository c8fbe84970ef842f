"""Suggestions: what anybody may say of the map, and who decides on it."""
