"""Promises of the journal's end."""
