"""Promises about where something is."""
