"""Carries every message of the house, alert or not."""
