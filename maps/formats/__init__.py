"""Reads the files places come in, one format a module; decides nothing, writes to no table."""
