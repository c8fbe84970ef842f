"""Facts of an alert as sentences for the pages."""
