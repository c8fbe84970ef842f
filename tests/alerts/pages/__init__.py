"""Promises of the pages of alerts."""
