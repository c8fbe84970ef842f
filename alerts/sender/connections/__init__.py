"""Connections to the outside, kept open between letters, none of which outlives its deadline."""
