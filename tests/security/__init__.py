"""Promises to those who are afraid of somebody: what an attacker tries, and meets."""
