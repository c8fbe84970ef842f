"""CAP 1.2: public alerts go out in it, and an authority's documents come in as drafts."""
