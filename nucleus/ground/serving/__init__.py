"""The wire before the pages: who may hold a connection, for how long, and with how much in hand."""
