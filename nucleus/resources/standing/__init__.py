"""Whether a place is in the list: shut for now, gone, back again."""
