"""The purses: how much of the machine's time each network has used up lately.

They lie in memory that all web processes of a machine share, since these are forked from one that
made it. No address is in it: a purse is known by eight bytes, hashed with a key that is drawn at
each start and kept nowhere. The table never grows. Whoever comes from ever new addresses pushes
out the purses that are fullest, which are as good as new ones.

How much is left is one number, the moment at which a purse is full again (the "virtual scheduling"
of ITU-T I.371, known as GCRA).
"""

import hashlib
import mmap
import secrets
import threading

SETS, WAYS = 2048, 4
WORDS = 2
"""A purse is its mark and the moment at which it is full again."""


class Purses:
    """A table of purses; each holds some seconds and is filled with one every second.

    Args:
        seconds: what a full purse holds.
    """

    def __init__(self, seconds: float) -> None:
        """Make the table, of which every later fork has the same one."""
        self.seconds = seconds
        self._key = secrets.token_bytes(32)
        size = SETS * WAYS * WORDS * 8
        self._marks = memoryview(mmap.mmap(-1, size)).cast("Q")
        self._full_at = self._marks.cast("B").cast("d")
        self._turn = threading.Lock()

    def wait(self, whose: str, now: float) -> float:
        """Return in how many seconds a purse holds something again; 0 when it does now."""
        with self._turn:
            place = self._place(whose)
            full_at = self._full_at[place + 1] if self._marks[place] else 0.0
        return max(0.0, full_at - now - self.seconds)

    def take(self, whose: str, now: float, *, price: float) -> None:
        """Take some seconds out of a purse.

        Another process may do so at the same moment; the worst is that one price is forgotten.
        """
        with self._turn:
            place = self._place(whose)
            self._full_at[place + 1] = max(self._full_at[place + 1], now) + price

    def _place(self, whose: str) -> int:
        """Return where a purse lies; a new one is laid where the fullest of its four lay."""
        mark = int.from_bytes(
            hashlib.blake2b(whose.encode(), digest_size=8, key=self._key).digest()
        )
        start = mark % SETS * WAYS * WORDS
        places = range(start, start + WAYS * WORDS, WORDS)
        mine = next((place for place in places if self._marks[place] == mark), None)
        if mine is None:
            mine = min(places, key=lambda place: self._full_at[place + 1])
            self._marks[mine], self._full_at[mine + 1] = mark, 0.0
        return mine
