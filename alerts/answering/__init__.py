"""What people answer, and what only those who come may read."""
