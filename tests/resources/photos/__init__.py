"""Promises of the photos of a place."""
