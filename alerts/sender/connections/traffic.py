"""Counts what the pools open and carry, so that a bypass shows."""

import threading
from dataclasses import dataclass, field


@dataclass(slots=True)
class Traffic:
    """How many connections one pool opened and how many messages it carried."""

    opened: int = 0
    carried: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def count_opened(self) -> None:
        """A new connection stands."""
        with self._lock:
            self.opened += 1

    def count_carried(self) -> None:
        """One more message goes over a connection."""
        with self._lock:
            self.carried += 1
