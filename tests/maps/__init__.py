"""Promises of the map."""
