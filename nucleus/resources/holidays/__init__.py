"""The days of patron saints: on them a town shuts, and no hours say so."""
