"""The sender at work: what wakes it, the loop that turns, the threads that carry."""
