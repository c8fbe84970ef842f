"""Promises of what stays taken back."""
