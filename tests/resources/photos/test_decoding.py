"""Promises of what is left of a photo: the dots, upright, and nothing written beside them."""

from io import BytesIO

import pytest
from PIL import Image

from nucleus.resources.photos.decoding import LARGE, MOST_SCANS, SMALL, decode
from nucleus.resources.photos.pictures import BadPhoto, Fault
from tests.resources.photos.shots import SECRETS, bomb, jpeg_bomb, shot, telling_shot

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data), formats=["JPEG"])


def test_where_when_and_with_what_it_was_taken_is_gone_and_it_stands_upright() -> None:
    data = telling_shot()
    assert all(secret in data for secret in SECRETS)
    picture = decode(data)
    for kept in (picture.large, picture.small):
        image = opened(kept)
        assert not any(secret in kept for secret in SECRETS)
        assert not image.getexif()
        assert not {"exif", "icc_profile", "comment", "photoshop"} & image.info.keys()
        assert kept.endswith(b"\xff\xd9")
        assert image.size == (48, 64)
        top, bottom = image.getpixel((24, 8)), image.getpixel((24, 56))
        assert isinstance(top, tuple)
        assert isinstance(bottom, tuple)
        assert top[0] > 200 > bottom[0]


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB"), ("PNG", "L")]
)
def test_png_and_webp_become_jpeg(kind: str, mode: str) -> None:
    out = BytesIO()
    opened(shot()).convert(mode).save(out, kind)
    large = opened(decode(out.getvalue()).large)
    assert (large.mode, large.size) == ("RGB", (64, 48))
    left, right = large.getpixel((4, 24)), large.getpixel((60, 24))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[0] > 50 > right[0]


def test_what_can_be_seen_through_stands_on_white() -> None:
    out = BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(decode(out.getvalue()).large).getpixel((4, 4)) == (255, 255, 255)


def test_a_large_photo_becomes_small_and_keeps_its_shape() -> None:
    picture = decode(shot(size=(4000, 3000)))
    assert (picture.width, picture.height) == (LARGE, 1200)
    assert opened(picture.small).size == (SMALL, 360)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (SVG, Fault.NO_PHOTO),
        (b"", Fault.NO_PHOTO),
        (b"%PDF-1.7 <html>", Fault.NO_PHOTO),
        (b"GIF89a" + SVG, Fault.NO_PHOTO),
        (shot("BMP"), Fault.NO_PHOTO),
        (HEIC, Fault.APPLE),
        (shot()[:-200], Fault.BROKEN),
        (shot("PNG")[:60], Fault.BROKEN),
        (bomb(), Fault.PIXELS),
        (shot("WEBP", (6000, 5100), lossless=True, quality=0, method=0), Fault.PIXELS),
    ],
)
def test_what_is_no_photo_broken_or_a_bomb_is_refused_with_its_reason(
    data: bytes, fault: Fault
) -> None:
    with pytest.raises(BadPhoto) as refused:
        decode(data)
    assert refused.value.fault is fault


def test_a_picture_of_one_dot_by_millions_is_refused_before_its_rows_are_made() -> None:
    """Fewer dots than a photo may have, and yet more than a gigabyte of rows."""
    with pytest.raises(BadPhoto) as refused:
        decode(bomb(1, 29_000_000))
    assert refused.value.fault is Fault.PIXELS


def test_a_jpeg_that_has_to_stand_whole_may_be_less_large_than_one_read_in_rows() -> None:
    """Of colours one after another the library keeps all until the last: 480 MB of one megabyte."""
    assert decode(jpeg_bomb((4000, 10_000), apart=False)).height == LARGE
    with pytest.raises(BadPhoto) as refused:
        decode(jpeg_bomb((4000, 10_000), apart=True))
    assert refused.value.fault is Fault.PIXELS
    assert decode(jpeg_bomb((640, 480), apart=True)).width == 640


@pytest.mark.parametrize("progressive", [True, False])
def test_a_jpeg_of_thousands_of_scans_is_refused_before_it_is_read(*, progressive: bool) -> None:
    data = shot(progressive=progressive)
    scan = data[data.index(b"\xff\xda") : -2]
    with pytest.raises(BadPhoto) as refused:
        decode(data[:-2] + scan * MOST_SCANS + b"\xff\xd9")
    assert refused.value.fault is Fault.PIXELS
    assert decode(data).width == 64
