"""One row of a list of places, understood: the same rules whatever format it came in."""
