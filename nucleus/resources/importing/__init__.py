"""Lists of others, written down: what is new, what the source changed, what waits for a person."""
