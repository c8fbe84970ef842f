"""Promises of the seal around a backup: whole, for its keepers, or not at all."""

import io
from typing import BinaryIO, cast

import pytest

from nucleus.ground.keepers import (
    PIECE,
    SEALED,
    TAG,
    BadBackup,
    BadKeepersKey,
    Opener,
    Sealer,
    new_keepers_key,
    read_private_key,
    read_public_key,
)

PRIVATE, PUBLIC = new_keepers_key()
HEAD = len(SEALED) + 32


def sealed(words: bytes) -> bytes:
    file = io.BytesIO()
    with Sealer(file, read_public_key(PUBLIC)) as out:
        out.write(words)
    return file.getvalue()


def opened(data: bytes, private: str = PRIVATE) -> bytes:
    file = io.BytesIO(data)
    assert file.readline() == SEALED
    with Opener(file, read_private_key(private)) as inside:
        return cast(BinaryIO, io.BufferedReader(inside)).read()


@pytest.mark.parametrize("length", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_is_sealed_is_opened_by_its_keepers(length: int) -> None:
    words = b"x" * length
    data = sealed(words)
    assert b"x" * 8 not in data
    assert opened(data) == words


def test_nobody_else_opens_it_and_no_two_are_alike() -> None:
    other, _public = new_keepers_key()
    with pytest.raises(BadBackup):
        opened(sealed(b"words"), other)
    assert sealed(b"words") != sealed(b"words")


@pytest.mark.parametrize("where", [HEAD, HEAD + 5, HEAD + PIECE + TAG + 3, -1])
def test_a_changed_byte_is_noticed(where: int) -> None:
    data = bytearray(sealed(b"x" * (2 * PIECE)))
    data[where] ^= 1
    with pytest.raises(BadBackup):
        opened(bytes(data))


@pytest.mark.parametrize("kept", [HEAD - 1, HEAD + PIECE + TAG, HEAD + PIECE + TAG + 9])
def test_a_file_cut_off_is_noticed_also_between_two_pieces(kept: int) -> None:
    with pytest.raises(BadBackup):
        opened(sealed(b"x" * (2 * PIECE))[:kept])


def test_pieces_in_another_order_are_noticed() -> None:
    data, piece = sealed(b"x" * (3 * PIECE)), PIECE + TAG
    first, second, rest = (
        data[HEAD:][:piece],
        data[HEAD + piece :][:piece],
        data[HEAD + 2 * piece :],
    )
    with pytest.raises(BadBackup):
        opened(data[:HEAD] + second + first + rest)


@pytest.mark.parametrize(
    "text", ["", "nucleus-keepers:abc", pytest.param(PUBLIC, id="the other half")]
)
def test_what_is_no_key_is_said_to_be_none(text: str) -> None:
    with pytest.raises(BadKeepersKey):
        read_private_key(text)
