"""The round of telephone calls by which the map stays true."""
