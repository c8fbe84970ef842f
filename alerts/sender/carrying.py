"""One parcel on its way, outside of any transaction; whatever happens, it ends in an outcome."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from alerts.sender.addressing import Addressed, address
from alerts.sender.letters import Letter, Provider
from alerts.sender.outcomes import Outcome, refused, unsure
from alerts.sender.slips import Parcel
from nucleus.ground.crypto import CantOpen

log = structlog.get_logger()
Send = Callable[[Provider, str, Letter], Outcome]


@dataclass(frozen=True, slots=True)
class Ended:
    """A parcel that came back from the wire, or that was given up waiting for."""

    parcel: Parcel
    outcome: Outcome
    seconds: float = 0.0


def carry(parcel: Parcel, send: Send) -> Ended:
    """Send one parcel, outside any transaction; whatever happens, it ends in an outcome."""
    started = time.monotonic()
    try:
        ready: Addressed = address(parcel)
        outcome = send(ready.provider, ready.address, ready.letter)
    except CantOpen:
        outcome = refused("it was sealed with a key that is gone")
    except Exception as fault:
        log.exception("send_stumbled", delivery=parcel.held.id)
        outcome = unsure(f"the sender stumbled ({type(fault).__name__})")
    return Ended(parcel, outcome, time.monotonic() - started)
