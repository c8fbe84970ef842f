"""Pictures a phone might send, and some that no phone does."""

import struct
from io import BytesIO
from typing import Any
from zlib import crc32

from PIL import Image

NORTH, EAST = 40.9949, 14.2108
SECRETS = (b"SM-G991B", b"Vicolo Segretissimo", b"<script>", b"GPS-TRAIL")


def shot(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **how: Any) -> bytes:
    """Return a picture, red on its left half and blue on its right."""
    image = Image.new(how.pop("mode", "RGB"), size, "blue")
    image.paste(Image.new(image.mode, (size[0] // 2, size[1]), "red"), (0, 0))
    out = BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def telling_shot() -> bytes:
    """Return a JPEG that tells where, when, with what and to whom, held on its side."""
    exif = Image.Exif()
    exif[0x0110], exif[0x0112], exif[0x9286] = "SM-G991B", 6, "Vicolo Segretissimo"
    exif.get_ifd(0x8825).update({1: "N", 2: (40.0, 59.0, 41.6), 3: "E", 4: (14.0, 12.0, 38.9)})
    plain = shot(exif=exif, icc_profile=b"GPS-TRAIL" * 30, comment=b"Vicolo Segretissimo 77")
    return plain + b"<script>alert(1)</script>PK\x03\x04" + b"GPS-TRAIL"


def jpeg_bomb(size: tuple[int, int], *, apart: bool) -> bytes:
    """Return a grey JPEG of two bits for each block, its colours in one scan or one after another.

    A megabyte holds eighty million dots.
    """
    width, height = size
    blocks = -(-width // 8) * -(-height // 8)
    one_code = bytes([1, *[0] * 15, 0])
    colours = b"".join(bytes((number, 0x11, 0)) for number in (1, 2, 3))
    scans = [(1,), (2,), (3,)] if apart else [(1, 2, 3)]
    return b"".join((
        b"\xff\xd8", _part(0xDB, bytes([0, *[1] * 64])),
        _part(0xC0, struct.pack(">BHHB", 8, height, width, 3) + colours),
        _part(0xC4, b"\x00" + one_code), _part(0xC4, b"\x10" + one_code),
        *(_scan(numbers, blocks) for numbers in scans), b"\xff\xd9",
    ))  # fmt: skip


def _part(mark: int, body: bytes) -> bytes:
    return bytes((0xFF, mark)) + struct.pack(">H", len(body) + 2) + body


def _scan(numbers: tuple[int, ...], blocks: int) -> bytes:
    named = b"".join(bytes((number, 0)) for number in numbers)
    dots = bytes(-(-blocks * len(numbers) * 2 // 8))
    return _part(0xDA, bytes([len(numbers)]) + named + bytes([0, 63, 0])) + dots


def bomb(width: int = 20_000, height: int = 20_000) -> bytes:
    """Return a PNG of a few bytes that says it is four hundred million dots, or as many as told."""
    head = bytearray(shot("PNG", (1, 1)))
    head[16:24] = struct.pack(">II", width, height)
    head[29:33] = crc32(head[12:29]).to_bytes(4, "big")
    return bytes(head)
