"""Asking for people: drafts, waves, a second yes for a crowd, who follows, and the end."""
