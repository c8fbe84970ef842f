"""Finds places: the question asked, the search that answers it, and what the map shows of it."""
