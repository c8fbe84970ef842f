"""Promises of the copy of the whole house."""
