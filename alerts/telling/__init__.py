"""What an alert tells whom: the letters it posts and their words."""
