"""Promises of the accounts room."""
