"""Formats places leave the house in; each is made of what anybody in the world may know."""
