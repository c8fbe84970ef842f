"""Boards: a room above pins there, in its `init_app`, what the house does or shows for it."""
