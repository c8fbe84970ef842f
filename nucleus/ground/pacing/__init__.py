"""Nobody reads so much that others wait: reading costs something, and every network has a purse."""
