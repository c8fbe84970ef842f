"""Closes old parts of the journal, so that it ends like everything else we keep about people."""
