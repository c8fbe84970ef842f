"""Lists that others keep, taken in row by row."""
