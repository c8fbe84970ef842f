"""Refuses packed files made to burst: zip bombs, and XML that unfolds itself."""

from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

from flask_babel import gettext as _

from maps.formats.tables import Unreadable

MOST_FILES = 2_000
LARGEST_INSIDE = 700 * 1024 * 1024
LARGEST_FRAME = 4 * 1024 * 1024
"""Bytes of the parts of a workbook that are no sheet: its reader takes each apart as a whole."""

THICKEST = 200
"""How many times larger unpacked than packed; honest tables reach about 20."""

SMALL = 1024 * 1024


def refuse_bombs(path: Path) -> None:
    """Raise Unreadable for a packed file that would fill memory or disk."""
    try:
        with ZipFile(path) as packed:
            inside = packed.infolist()
            if len(inside) > MOST_FILES or sum(one.file_size for one in inside) > LARGEST_INSIDE:
                raise bomb()
            for one in inside:
                _refuse_member(packed, one)
    except (BadZipFile, RuntimeError, OSError, EOFError) as cause:
        raise Unreadable(_("This file is damaged or locked with a password.")) from cause


def bomb() -> Unreadable:
    """Return the refusal; it does not explain how to do it better."""
    return Unreadable(
        _("This file unpacks into far more than a list of places. It was not opened.")
    )


def _refuse_member(packed: ZipFile, one: ZipInfo) -> None:
    if one.file_size > SMALL and one.file_size > THICKEST * max(1, one.compress_size):
        raise bomb()
    is_frame = one.filename.startswith(("xl/", "docProps/", "[")) and not _is_streamed(one.filename)
    if is_frame and one.filename.endswith(".xml") and one.file_size > LARGEST_FRAME:
        raise bomb()
    if one.filename.endswith((".xml", ".rels")):
        with packed.open(one) as file:
            start = file.read(4096).replace(b"\0", b"")
        if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
            raise Unreadable(_("This workbook holds instructions instead of a table."))


def _is_streamed(name: str) -> bool:
    """Say whether we read this part of a workbook piece by piece, or never."""
    return name.startswith("xl/worksheets/") or name.endswith("sharedStrings.xml")
