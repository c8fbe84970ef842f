"""What the house needs to know before it starts, as its rooms ask for it."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from nucleus.ground.crypto import KeyRing

RING_FILE = "key-ring.txt"


@dataclass(frozen=True)
class MailSettings:
    """Where e-mail leaves: an SMTP server, its security (none, starttls, tls), the sender."""

    host: str
    port: int
    security: str
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class NtfySettings:
    """Where ntfy notices leave: the server's address and its access token, if it wants one."""

    url: str
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class GeocoderSettings:
    """An online geocoder: its kind, its address, and its key, if it wants one."""

    kind: str
    url: str
    key: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Settings:
    """Everything the house needs to know before it starts.

    Attributes:
        own_hosts: machines of the operator's own network that an administrator may name as
            a provider's server, for instance one's own Signal server.
        tile_url: where the map fetches the picture under its pins, with {z}, {x} and {y}; every
            visitor's browser then tells that host which part of the map it looks at.
        tile_attribution: whom those tiles, or the ones in `pmtiles`, are owed to.
        backup_key: the keepers' public key; who has its other half alone opens a backup.
        pmtiles: a file of the operator's own with tiles of the whole region, served by us.
        metrics_token: who shows it reads the machine's figures; without it, and without hosts,
            nobody does.
        metrics_hosts: numbers of the machines that may read them without showing anything.
        stand_ins: provider kind -> address, for tests alone: no environment sets it.
    """

    data: Path
    database_url: str = field(repr=False)
    ring: KeyRing = field(repr=False)
    name: str = "Nucleo"
    phone: str | None = None
    base_url: str = "http://127.0.0.1:8000"
    time_zone: str = "Europe/Rome"
    languages: tuple[str, ...] = ("it", "en")
    emergency_number: str = "112"
    mail: MailSettings | None = None
    ntfy: NtfySettings | None = None
    sender_threads: int = 128
    messages_an_hour: int = 10
    trusted_proxies: int = 0
    probe_minutes: int = 60
    heartbeat_url: str | None = field(default=None, repr=False)
    own_hosts: tuple[str, ...] = ()
    metrics_token: str | None = field(default=None, repr=False)
    metrics_hosts: tuple[str, ...] = ()
    geocoder: GeocoderSettings | None = None
    tile_url: str = ""
    tile_attribution: str = ""
    pmtiles: Path | None = None
    backup_key: bytes | None = field(default=None, repr=False)
    testing: bool = False
    stand_ins: tuple[tuple[str, str], ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """Return the installation's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def on_sqlite(self) -> bool:
        """Say whether everything lives in one file on this machine."""
        return self.database_url.startswith("sqlite")

    def flask_config(self) -> dict[str, object]:
        """Return the names that Flask and its extensions read."""
        secure = self.base_url.startswith("https://")
        return {
            "SECRET_KEY": self.ring.derive("sessions").hex(),
            "SECRET_KEY_FALLBACKS": [
                self.ring.derive("sessions", name).hex() for name, _ in self.ring.keys[1:]
            ],
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "TESTING": self.testing,
            "SESSION_COOKIE_SECURE": secure,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_NAME": "s",
            "MAX_CONTENT_LENGTH": 16 * 1024 * 1024,
            "BABEL_DEFAULT_LOCALE": self.languages[0],
            "BABEL_DEFAULT_TIMEZONE": self.time_zone,
            "WTF_CSRF_TIME_LIMIT": None,
        }


def address_of_phone(number: str) -> str:
    """Return the `tel:` address of a phone number."""
    return "tel:" + quote("".join(c for c in number if c.isdecimal() or c == "+"), safe="+")
