"""Figures: ours and a yardstick measured in turn in the same run, one JSON line each."""
