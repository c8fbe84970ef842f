"""A CAP 1.2 document as values: what goes out and what comes in (pure)."""

from dataclasses import dataclass
from datetime import datetime

from alerts.models import CERTAINTIES, SEVERITIES, URGENCIES

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
STATUSES = ("Actual", "Exercise", "System", "Test", "Draft")
MESSAGE_TYPES = ("Alert", "Update", "Cancel", "Ack", "Error")
SCOPES = ("Public", "Restricted", "Private")
CATEGORIES = (
    "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra",
    "CBRNE", "Other",
)  # fmt: skip
VOCABULARY = {
    "status": STATUSES,
    "msgType": MESSAGE_TYPES,
    "scope": SCOPES,
    "category": CATEGORIES,
    "urgency": URGENCIES,
    "severity": SEVERITIES,
    "certainty": CERTAINTIES,
}


@dataclass(frozen=True)
class Reference:
    """An earlier document, by the three things that name it."""

    sender: str
    identifier: str
    sent: datetime


@dataclass(frozen=True)
class Circle:
    """A circle: its centre in degrees (WGS 84) and its radius in km."""

    lat: float
    lon: float
    km: float


Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Area:
    """Where; geocodes are pairs of a list's name and a code of it."""

    words: str
    circles: tuple[Circle, ...] = ()
    polygons: tuple[tuple[Point, ...], ...] = ()
    geocodes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Info:
    """What is said in one language."""

    language: str
    event: str
    urgency: str
    severity: str
    certainty: str
    category: tuple[str, ...] = ("Other",)
    response: str = ""
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    contact: str = ""
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CapAlert:
    """One document. `signed` says that a signature came with it; nobody has verified it."""

    identifier: str
    sender: str
    sent: datetime
    status: str
    message_type: str
    scope: str = "Public"
    references: tuple[Reference, ...] = ()
    infos: tuple[Info, ...] = ()
    signed: bool = False

    @property
    def is_drill(self) -> bool:
        """Say whether it is no matter of earnest."""
        return self.status in {"Exercise", "Test"}
