"""Who looks after which places: the areas of organisations, and the entries they keep."""
