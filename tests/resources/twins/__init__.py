"""Promises of finding, merging and keeping apart entries that may be one place."""
