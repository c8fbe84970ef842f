"""What lies under the pins of this house: its own tiles, whom they are owed to, what is wrong."""

from maps.formats.pmtiles import Archive, read_archive
from maps.formats.tables import Unreadable
from maps.policy import hears_of_ground
from nucleus.ground.web import settings


def own_archive() -> Archive | None:
    """Return the operator's own tiles, if there are any and a browser can draw them."""
    archive = settings().pmtiles
    try:
        return read_archive(archive) if archive else None
    except Unreadable:
        return None


def ground_fault() -> str:
    """Say to those who can mend it why the house's own tiles are not drawn; else nothing."""
    archive = settings().pmtiles
    if archive is None or not hears_of_ground():
        return ""
    try:
        read_archive(archive)
    except Unreadable as cause:
        return str(cause)
    return ""


def map_owed() -> str:
    """Return whom the tiles under the pins are owed to, if there are any.

    What the operator writes goes before what the archive says of itself.
    """
    own = own_archive()
    return settings().tile_attribution or (own.attribution if own else "")
