"""Seals a stream of bytes to the keepers' key, so that the machine itself can't open its backups.

X25519 with a fresh key for each file, HKDF-SHA256, AES-256-GCM in pieces that are counted: one
that is left out, moved or cut off at the end is noticed (the STREAM construction of Hoang,
Reyhanitabar, Rogaway and Vizár, 2015).
"""

import base64
import binascii
import io
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SEALED = b"nucleus backup 1, sealed\n"
OPEN = b"nucleus backup 1, open\n"
KEEPERS = "nucleus-keepers:"
KEY_BYTES = 32
PIECE = 64 * 1024
TAG = 16


class BadBackup(ValueError):
    """A file is no backup, was changed or cut off, or is for another key; says so in words."""


class BadKeepersKey(ValueError):
    """What was given is not the keepers' key."""


def new_keepers_key() -> tuple[str, str]:
    """Return what the keepers keep away from the machine, and what the machine is told."""
    private = X25519PrivateKey.generate()
    return (
        KEEPERS + _written(private.private_bytes_raw()),
        _written(private.public_key().public_bytes_raw()),
    )


def read_public_key(text: str) -> bytes:
    """Return the key that seals; raise `BadKeepersKey` when it is none."""
    return _read(text)


def read_private_key(text: str) -> bytes:
    """Return the key that opens; raise `BadKeepersKey` when it is none."""
    lines = [line.strip() for line in text.splitlines()]
    found = next((line for line in lines if line.startswith(KEEPERS)), None)
    if found is None:
        raise BadKeepersKey(f"it has no line that begins with {KEEPERS}")
    return _read(found.removeprefix(KEEPERS))


class Sealer(io.RawIOBase):
    """Writes sealed pieces into a file; `close` marks the last one and leaves the file open."""

    def __init__(self, file: BinaryIO, public_key: bytes) -> None:
        """Begin with the fresh key's public half."""
        fresh = X25519PrivateKey.generate()
        public = fresh.public_key().public_bytes_raw()
        shared = fresh.exchange(X25519PublicKey.from_public_bytes(public_key))
        self._pieces = _Pieces(shared, public, public_key)
        self._file, self._kept = file, bytearray()
        file.write(SEALED + public)

    def writable(self) -> bool:
        """Say that it is for writing."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # only bytes come
        """Take some bytes; whole pieces leave at once."""
        self._kept += data
        while len(self._kept) > PIECE:
            self._file.write(self._pieces.seal(bytes(self._kept[:PIECE]), last=False))
            del self._kept[:PIECE]
        return len(data)

    def close(self) -> None:
        """Write the last piece."""
        if not self.closed:
            self._file.write(self._pieces.seal(bytes(self._kept), last=True))
        super().close()


class Opener(io.RawIOBase):
    """Reads what `Sealer` wrote; raises `BadBackup` at the first piece that is not as it was."""

    def __init__(self, file: BinaryIO, private_key: bytes) -> None:
        """Begin behind the first line."""
        mine = X25519PrivateKey.from_private_bytes(private_key)
        public = file.read(KEY_BYTES)
        if len(public) != KEY_BYTES:
            raise BadBackup("The file is cut off.")
        shared = mine.exchange(X25519PublicKey.from_public_bytes(public))
        self._pieces = _Pieces(shared, public, mine.public_key().public_bytes_raw())
        self._file, self._ready = file, b""
        self._ahead = file.read(PIECE + TAG)

    def readable(self) -> bool:
        """Say that it is for reading."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # any buffer
        """Give some opened bytes; none at the end."""
        if not self._ready and self._ahead:
            piece, self._ahead = self._ahead, self._file.read(PIECE + TAG)
            self._ready = self._pieces.open(piece, last=not self._ahead)
        given = self._ready[: len(buffer)]
        self._ready = self._ready[len(given) :]
        buffer[: len(given)] = given
        return len(given)


class _Pieces:
    """Seals and opens one piece after the other; which is the last is part of its seal."""

    def __init__(self, shared: bytes, fresh: bytes, keepers: bytes) -> None:
        key = HKDF(hashes.SHA256(), KEY_BYTES, fresh + keepers, b"nucleus:backup:v1")
        self._cipher, self._count = AESGCM(key.derive(shared)), 0

    def seal(self, piece: bytes, *, last: bool) -> bytes:
        return self._cipher.encrypt(self._nonce(last=last), piece, None)

    def open(self, piece: bytes, *, last: bool) -> bytes:
        try:
            return self._cipher.decrypt(self._nonce(last=last), piece, None)
        except InvalidTag as cause:
            raise BadBackup(
                "It can't be opened: it is for another key, was changed, or is cut off."
            ) from cause

    def _nonce(self, *, last: bool) -> bytes:
        self._count += 1
        return self._count.to_bytes(11, "big") + bytes([last])


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


def _read(text: str) -> bytes:
    try:
        raw = base64.b64decode(text.strip(), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != KEY_BYTES:
        raise BadKeepersKey("it is not 32 bytes in base64")
    return raw
