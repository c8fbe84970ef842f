"""What somebody took back stays taken back, also when an older copy of the house is restored."""
