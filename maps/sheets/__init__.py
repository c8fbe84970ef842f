"""Sheets of paper: a map with numbers and a list with telephones, for when the net is down."""
