"""Maps finds places and draws them."""
