"""Alerts asks people for help and waits for their answers."""
