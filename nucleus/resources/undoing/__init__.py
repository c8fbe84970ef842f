"""Putting a change back, whole or in part."""
