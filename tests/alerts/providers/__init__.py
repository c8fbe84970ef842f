"""Promises about the pages and verbs of the outside providers."""
