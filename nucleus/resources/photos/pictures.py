"""What a photo becomes before it is kept, and why it can't be; pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MOST_BYTES = 15 * 1024 * 1024


class Fault(StrEnum):
    """Why a file is not taken."""

    NO_PHOTO = "no_photo"
    APPLE = "apple"
    PIXELS = "pixels"
    BROKEN = "broken"
    BYTES = "bytes"


class BadPhoto(Exception):
    """A file that is not taken; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        """Take the reason."""
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class Picture:
    """Two JPEGs of one photo; width and height in pixels are those of the large one."""

    large: bytes
    small: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Caption:
    """What is said of a photo: what can be seen, who took it, on which day."""

    alt: str
    taken_by: str | None = None
    taken_on: date | None = None
