"""Photos of a place: what the door looks like, and nothing else that a camera writes down."""
