"""A copy of the whole house in one file: made while it runs, sealed so that only keepers open it.

The key ring is never in it. Whoever steals a backup holds words sealed twice, and whoever has
only the keepers' key still can't read a plan.
"""
