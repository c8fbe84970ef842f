"""Twins: two entries that may be one place, found early, settled once and never asked again."""
