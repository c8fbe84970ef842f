"""Promises of the doors through which programs find places, and tell of them."""
