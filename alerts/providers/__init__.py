"""The outside providers: set up, tried, ordered, given up by an administrator."""
