"""The facts of a place in handfuls: what one short form asks, and one suggestion speaks of."""
