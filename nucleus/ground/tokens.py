"""Links and codes: derived when sent, stored nowhere, good for one purpose."""

import base64
import hmac
import secrets

from nucleus.ground.crypto import ring
from nucleus.ground.heard import LARGEST_ROW

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
MAC_CHARACTERS = 22
CODE_DIGITS = 6
CODE_MARK = "\ue000"
"""A sign no keyboard has: somebody who writes {code} in their own words means just that."""


def derive_token(purpose: str, subject: int, nonce: str) -> str:
    """Return the link token of one row (`subject`), the same each time it is asked for.

    A repeat of a message therefore carries the same link, and nothing is stored that a
    stolen database could use. 22 base64 characters keep 132 bits of the HMAC.
    """
    return f"{_base36(subject)}-{_mac(purpose, subject, nonce, ring().current)}"


def subject_of(token: str) -> int | None:
    """Return the row a token claims to be for, unproven; `None` when it has no such form.

    One row has one writing: with `01` beside `1` a counter of tries could be walked around.
    """
    head, dash, mac = token.partition("-")
    if not dash or len(mac) != MAC_CHARACTERS or not 0 < len(head) <= 12:
        return None
    if not set(head) <= set(DIGITS):
        return None
    subject = int(head, 36)
    return subject if subject <= LARGEST_ROW and head == _base36(subject) else None


def proves(token: str, purpose: str, subject: int, nonce: str) -> bool:
    """Say whether the token was derived for this purpose, row and nonce by a key on the ring."""
    given = token.partition("-")[2].encode()
    return any(
        hmac.compare_digest(given, _mac(purpose, subject, nonce, name).encode())
        for name, _ in ring().keys
    )


def derive_code(purpose: str, subject: int, nonce: str) -> str:
    """Return the six digits that go with a link, for who would rather type than tap.

    A message carries `CODE_MARK` where they belong; they are put in when it is sent, so that
    they stand nowhere. A million possibilities: whoever checks one must count the wrong ones.
    """
    return _code(purpose, subject, nonce, ring().current)


def proves_code(typed: str, purpose: str, subject: int, nonce: str) -> bool:
    """Say whether these are the six digits derived, in whatever figures they are typed.

    An Arabic keyboard writes its own; they say the same number.
    """
    given = "".join(str(int(sign)) for sign in typed if sign.isdecimal()).encode()
    return any(
        hmac.compare_digest(given, _code(purpose, subject, nonce, name).encode())
        for name, _ in ring().keys
    )


def new_nonce() -> str:
    """Return 128 random bits as text."""
    return secrets.token_urlsafe(16)


def new_code() -> str:
    """Return six random digits, for a person to type."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def _mac(purpose: str, subject: int, nonce: str, key: str) -> str:
    signed = ring().sign(f"token:{purpose}", f"{subject}|{nonce}", key)
    return base64.urlsafe_b64encode(signed).decode()[:MAC_CHARACTERS]


def _code(purpose: str, subject: int, nonce: str, key: str) -> str:
    signed = ring().sign(f"code:{purpose}", f"{subject}|{nonce}", key)
    return f"{int.from_bytes(signed[:8], 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = DIGITS[rest] + digits
    return digits or "0"
