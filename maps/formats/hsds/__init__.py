"""HSDS (Open Referral) 3.1: read in every spelling, and written so that nothing is lost."""
