"""The threads that carry letters: as many as are needed, none of which can hold up the end."""

import queue
import threading
from collections.abc import Callable

from alerts.sender.slips import Parcel

Carry = Callable[[Parcel], None]


class Hands:
    """A crew of threads; one that hangs for ever is left behind when the process ends."""

    def __init__(self, carry: Carry, *, most: int) -> None:
        """Begin with no thread.

        Args:
            carry: what each does with a parcel; it never raises.
            most: threads there may be, those that hang included.
        """
        self.carry, self.most = carry, most
        self.waiting: queue.SimpleQueue[Parcel | None] = queue.SimpleQueue()
        self.idle = threading.Semaphore(0)
        self.threads: list[threading.Thread] = []

    def take(self, parcel: Parcel) -> None:
        """Let a free thread carry the parcel, a new one when none is free."""
        self.waiting.put(parcel)
        if not self.idle.acquire(blocking=False) and len(self.threads) < self.most:
            name = f"nucleus-send-{len(self.threads)}"
            thread = threading.Thread(target=self._work, name=name, daemon=True)
            self.threads.append(thread)
            thread.start()

    def lay_down(self) -> list[Parcel]:
        """End every thread once it is free; return the parcels nobody has begun to carry."""
        unsent = []
        while True:
            try:
                found = self.waiting.get_nowait()
            except queue.Empty:
                break
            unsent += [found] if found else []
        for _ in self.threads:
            self.waiting.put(None)
        return unsent

    def join(self, seconds: float) -> None:
        """Wait for the threads that are free to end, so long at most for each."""
        for thread in self.threads:
            thread.join(timeout=seconds)

    def _work(self) -> None:
        while (parcel := self.waiting.get()) is not None:
            self.carry(parcel)
            self.idle.release()
