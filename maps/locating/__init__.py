"""Where places are: from a typed address to a point, and how well each point is known."""
