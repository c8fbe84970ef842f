"""The code by which somebody without account or address asks what became of their suggestion.

Nothing but a keyed fingerprint of it is kept: a stolen file tells nobody who holds which code.
"""

import re
import secrets

from nucleus.ground.crypto import ring

SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without 0 and o, 1, i and l: people write codes down by hand."""

LENGTH, GROUP = 12, 4


def new_code() -> str:
    """Return a code such as `7kfm-q2xh-9wtd`; guessing one of a million takes 10^11 tries."""
    signs = [secrets.choice(SIGNS) for _ in range(LENGTH)]
    return "-".join("".join(signs[at : at + GROUP]) for at in range(0, LENGTH, GROUP))


def read_code(typed: str) -> str | None:
    """Return a code as it was given, however it was typed; None when it can't be one."""
    plain = re.sub(r"[\s\-–.]", "", typed.lower())
    return plain if len(plain) == LENGTH and set(plain) <= set(SIGNS) else None


def mark_of_code(code: str) -> str:
    """Return the fingerprint under which a code is found."""
    return ring().fingerprint("suggestion code", read_code(code) or "")
