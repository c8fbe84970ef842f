"""The wordbook: which words the entries say, kept by the database itself so that none is missed."""
