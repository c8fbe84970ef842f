"""Lets the threads of a process share their memory: what one gives back, another one takes."""

import ctypes

ARENA_MAX, MMAP_THRESHOLD = -8, -3
"""What glibc calls them in `malloc.h`."""

HEAPS = 2
LARGE = 128 * 1024
"""Bytes from which a piece of memory goes back to the system as soon as nobody needs it."""


def share_memory() -> bool:
    """Have all threads take memory from a few heaps; call it before they are started.

    glibc gives each thread a heap of its own and keeps what was once needed there: sixteen threads
    that drew large pages beside a list being taken in held 500 MB, of which most was empty.
    Returns whether this system knows how; another one (musl, macOS) does without.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    return all(mallopt(*one) == 1 for one in ((ARENA_MAX, HEAPS), (MMAP_THRESHOLD, LARGE)))
