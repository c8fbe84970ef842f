"""Promises that pass through several rooms."""
