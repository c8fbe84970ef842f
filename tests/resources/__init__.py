"""Promises of the places that help."""
