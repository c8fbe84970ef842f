"""The key ring: everything that is sealed, derived or recognised goes through it.

The ring lives outside the database and outside its backup. The first key seals, every key
opens, so that keys can be rotated without a moment in which something can't be read.
"""

import base64
import binascii
import hmac
import os
import secrets
from dataclasses import dataclass
from functools import cached_property, lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask, current_app

KEY_BYTES = 32
NONCE_BYTES = 12
PADDING = 64
VERSION = b"\x01"


class CantOpen(Exception):
    """A sealed value was moved, altered, or sealed with a key that is gone."""


class BadRing(ValueError):
    """The key ring can't be read; the text says why, never what it holds."""


@dataclass(frozen=True)
class DataKey:
    """One 32-byte AES-256-GCM key; each value is bound to its place in the database."""

    raw: bytes

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self.raw)

    def seal(self, text: str, where: str, row: str) -> bytes:
        """Seal text for one column (`table.column`) of one row, padded to 64 bytes."""
        nonce = os.urandom(NONCE_BYTES)
        return VERSION + nonce + self._cipher.encrypt(nonce, _pad(text.encode()), _bind(where, row))

    def open(self, sealed: bytes, where: str, row: str) -> str:
        """Open what was sealed for exactly this place; raise `CantOpen` otherwise."""
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return _unpad(self._cipher.decrypt(nonce, body, _bind(where, row))).decode()
        except (InvalidTag, ValueError) as cause:
            raise CantOpen(f"{where} of row {row} can't be opened") from cause


@dataclass(frozen=True)
class KeyRing:
    """Named 32-byte keys, the current one first."""

    keys: tuple[tuple[str, bytes], ...]

    @property
    def current(self) -> str:
        """Return the name of the key that seals."""
        return self.keys[0][0]

    def derive(self, purpose: str, name: str = "") -> bytes:
        """Return 32 bytes for one purpose from the named key, by default the current one."""
        return _derive(dict(self.keys)[name or self.current], purpose)

    def seal(self, text: str, where: str, row: str) -> bytes:
        """Seal text for one column of one row with the current key."""
        key = DataKey(self.derive(f"seal:{where}"))
        return self.current.encode() + b"|" + key.seal(text, where, row)

    def open(self, sealed: bytes, where: str, row: str) -> str:
        """Open what `seal` made with any key still on the ring; raise `CantOpen` otherwise."""
        name, _, body = bytes(sealed).partition(b"|")
        if name.decode("ascii", "replace") not in dict(self.keys):
            raise CantOpen(f"{where} of row {row} was sealed with a key that is not on the ring")
        return DataKey(self.derive(f"seal:{where}", name.decode())).open(body, where, row)

    def wrap(self, key: DataKey, owner: str) -> bytes:
        """Seal a data key for its owner; forgetting the result makes all it sealed unreadable."""
        return self.seal(base64.b64encode(key.raw).decode(), "data_key", owner)

    def unwrap(self, wrapped: bytes, owner: str) -> DataKey:
        """Return the data key that was wrapped for this owner."""
        return DataKey(base64.b64decode(self.open(wrapped, "data_key", owner)))

    def sign(self, purpose: str, text: str, name: str = "") -> bytes:
        """Return the 32-byte HMAC-SHA256 of the text under a key of that purpose."""
        return hmac.digest(self.derive(f"sign:{purpose}", name), text.encode(), "sha256")

    def fingerprint(self, purpose: str, text: str) -> str:
        """Return a keyed hash by which an equal text is found again, and nothing else learnt.

        It uses the oldest key, so that what was recorded stays findable after a rotation.
        """
        return self.sign(f"fingerprint:{purpose}", text, self.keys[-1][0]).hex()


def new_data_key() -> DataKey:
    """Return a fresh random key, for one plan or one person."""
    return DataKey(os.urandom(KEY_BYTES))


def new_ring_line() -> str:
    """Return one line of a key ring file: a name, a colon, 32 random bytes in base64."""
    return f"k{secrets.token_hex(4)}:{base64.b64encode(os.urandom(KEY_BYTES)).decode()}"


def read_ring(text: str) -> KeyRing:
    """Read `name:base64` entries, one a line or separated by commas; raise `BadRing` in words."""
    entries = [e.strip() for e in text.replace(",", "\n").splitlines()]
    keys = tuple(_read_entry(e) for e in entries if e and not e.startswith("#"))
    if not keys:
        raise BadRing("the key ring is empty")
    if len({name for name, _ in keys}) != len(keys):
        raise BadRing("two keys on the ring have the same name")
    return KeyRing(keys)


def _read_entry(entry: str) -> tuple[str, bytes]:
    name, _, value = entry.partition(":")
    try:
        raw = base64.b64decode(value, validate=True)
    except binascii.Error:
        raw = b""
    if not name.isalnum() or len(raw) != KEY_BYTES:
        raise BadRing("an entry of the key ring is not `name:` followed by 32 bytes in base64")
    return name, raw


@lru_cache(maxsize=256)
def _derive(key: bytes, purpose: str) -> bytes:
    return HKDF(hashes.SHA256(), KEY_BYTES, None, f"nucleus:{purpose}:v1".encode()).derive(key)


def _bind(where: str, row: str) -> bytes:
    return f"v1|{where}|{row}".encode()


def _pad(body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + body + b"\0" * (-(len(body) + 4) % PADDING)


def _unpad(padded: bytes) -> bytes:
    return padded[4 : 4 + int.from_bytes(padded[:4], "big")]


def init_app(app: Flask, keys: KeyRing) -> None:
    """Hang the key ring where the rooms find it."""
    app.extensions["nucleus.ring"] = keys


def ring() -> KeyRing:
    """Return the key ring of the running house."""
    keys: KeyRing = current_app.extensions["nucleus.ring"]
    return keys
