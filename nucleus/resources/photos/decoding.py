"""Makes two small JPEGs of whatever a phone sends; the only file that imports Pillow.

The pixels alone are taken over. Where and when it was taken, the camera's number, comments,
colour profiles and whatever hangs behind the picture stay behind with the bytes they came in.
"""

from io import BytesIO
from threading import Lock

from PIL import Image, ImageOps, UnidentifiedImageError

from nucleus.resources.photos.pictures import BadPhoto, Fault, Picture

KINDS = ("JPEG", "PNG", "WEBP")
LARGE, SMALL = 1600, 480
STRIP = 64
"""Rows of the small picture that are made at once."""

SMOOTH = ("L", "RGB")
"""Ways of keeping pixels in which neighbours can be mixed."""

MOST_IN_ROWS = 80_000_000
"""Pixels of a JPEG that is made smaller while it is read, row by row, and never stands whole."""

MOST_WHOLE = 16_000_000
WHOLE = {"WEBP": 12_500_000}
"""Pixels of a picture that has to stand in memory whole; of WebP its library keeps four copies.

Measured: five and a half bytes a pixel of a PNG, 13 of a WebP, whatever stands in it; so that a
picture takes no more than 170 MB, for one at a time.
"""

LONGEST = 30_000
"""Pixels of the longer side: each row costs memory of its own, and one pixel by thirty million
took 1.4 GB out of a file of 91 bytes. A telephone's widest panorama has half as many."""

MOST_SCANS = 64
"""A JPEG of a camera has ten; one with thousands takes minutes to read."""

SOS = 0xDA
"""The mark behind which a scan of a JPEG begins."""

APPLE = (b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1")
QUALITY = 82
_one_at_a_time = Lock()
"""Twenty phones that send at once take twenty turns, and the memory of one."""


def decode(data: bytes) -> Picture:
    """Return a picture as it is kept; raise BadPhoto with what is wrong with it."""
    if data[4:8] == b"ftyp" and data[8:12] in APPLE:
        raise BadPhoto(Fault.APPLE)
    with _one_at_a_time:
        try:
            return _decoded(data)
        except UnidentifiedImageError as cause:
            raise BadPhoto(Fault.NO_PHOTO) from cause
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as cause:
            raise BadPhoto(Fault.PIXELS) from cause
        except (OSError, ValueError, SyntaxError, EOFError, IndexError, MemoryError) as cause:
            raise BadPhoto(Fault.BROKEN) from cause


def _decoded(data: bytes) -> Picture:
    with Image.open(BytesIO(data), formats=KINDS) as image:
        _refuse_bomb(image, data)
        share = LARGE / max(image.size)
        image.draft("RGB", (round(image.width * share), round(image.height * share)))
        image.load()
        clean = _pixels_of(_smaller(image))
    small = clean.copy()
    small.thumbnail((SMALL, SMALL), Image.Resampling.LANCZOS)
    return Picture(_jpeg(clean), _jpeg(small), clean.width, clean.height)


def _refuse_bomb(image: Image.Image, data: bytes) -> None:
    """Refuse what the head of the file says is too much, before a pixel is read."""
    jpeg = image.format in ("JPEG", "MPO")
    in_rows = jpeg and not image.info.get("progressive") and _is_one_scan(image, data)
    most = MOST_IN_ROWS if in_rows else WHOLE.get(image.format or "", MOST_WHOLE)
    if image.width * image.height > most or max(image.size) > LONGEST:
        raise BadPhoto(Fault.PIXELS)
    if jpeg and data.count(bytes((0xFF, SOS))) > MOST_SCANS:
        raise BadPhoto(Fault.PIXELS)


def _is_one_scan(image: Image.Image, data: bytes) -> bool:
    """Say whether the first scan of a JPEG holds all its colours.

    Where they come one after the other the library keeps the whole picture until the last: of 80
    million pixels in a file of one megabyte it kept 480 MB.
    """
    at = 2
    while data[at : at + 1] == b"\xff" and data[at + 1] != SOS:
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return data[at + 4 : at + 5] == bytes((len(image.getbands()),))


def _smaller(image: Image.Image) -> Image.Image:
    """Return it small before anything else is done: a copy of the whole costs as much again."""
    if image.mode not in SMOOTH or "transparency" in image.info:
        image = _smooth(image)
    image.thumbnail((LARGE, LARGE), Image.Resampling.LANCZOS)
    return image


def _smooth(image: Image.Image) -> Image.Image:
    """Return it with pixels that can be mixed; a large one is made smaller strip by strip.

    Of thirty million pixels with one clear colour a whole copy took 250 MB, the strips none.
    """
    mode = "RGBA" if _has_layers(image) else "RGB"
    times = max(1, max(image.size) // LARGE)
    width, height = image.size
    small = Image.new(mode, (-(-width // times), -(-height // times)))
    small.info = {name: value for name, value in image.info.items() if name != "transparency"}
    for top in range(0, height, STRIP * times):
        strip = image.crop((0, top, width, min(height, top + STRIP * times)))
        small.paste(strip.convert(mode).reduce(times), (0, top // times))
    return small


def _has_layers(image: Image.Image) -> bool:
    """Say whether one sees through some of it."""
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info


def _pixels_of(image: Image.Image) -> Image.Image:
    """Return the pixels upright and on white, in a picture that knows nothing else."""
    upright = _upright(image)
    if _has_layers(upright):
        layered = upright.convert("RGBA")
        clean = Image.new("RGB", layered.size, "white")
        clean.paste(layered, mask=layered.getchannel("A"))
        return clean
    flat = upright.convert("RGB")
    clean = Image.new("RGB", flat.size)
    clean.paste(flat)
    return clean


def _upright(image: Image.Image) -> Image.Image:
    """Turn it as the camera was held; a camera's note nobody can read turns nothing."""
    try:
        return ImageOps.exif_transpose(image)
    except (OSError, ValueError, SyntaxError, KeyError, TypeError, ZeroDivisionError):
        return image


def _jpeg(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()
