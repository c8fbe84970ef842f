"""Reads formats places come in and writes those they leave in, one a module; touches no table."""
