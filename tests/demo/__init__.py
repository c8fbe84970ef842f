"""The demonstration: an outside world on this machine."""
