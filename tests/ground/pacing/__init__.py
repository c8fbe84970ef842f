"""Promises of how much one network may read."""
