"""Promises of what happens after an alert."""
