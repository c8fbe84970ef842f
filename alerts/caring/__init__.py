"""Looking after those who went, on the way and the days after."""
