"""Reads from the environment what an operator may set, and names every mistake at once."""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from zoneinfo import available_timezones

import click
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from nucleus.ground.crypto import BadRing, KeyRing, read_ring
from nucleus.ground.keepers import BadKeepersKey, read_public_key
from nucleus.ground.settings import (
    RING_FILE,
    GeocoderSettings,
    MailSettings,
    NtfySettings,
    Settings,
)

PREFIX = "NUCLEUS_"
HOST_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-:")
NOWHERE = SplitResult("", "", "", "", "")
SECURITIES = ("none", "starttls", "tls")
GEOCODERS = ("nominatim", "photon", "pelias")
KNOWN = frozenset(
    {
        "DATA",
        "DATABASE_URL",
        "KEYS",
        "NAME",
        "PHONE",
        "BASE_URL",
        "TIME_ZONE",
        "LANGUAGES",
        "EMERGENCY_NUMBER",
        "MAIL_URL",
        "MAIL_FROM",
        "NTFY_URL",
        "NTFY_TOKEN",
        "SENDER_THREADS",
        "MESSAGES_AN_HOUR",
        "TRUSTED_PROXIES",
        "PROBE_MINUTES",
        "HEARTBEAT_URL",
        "OWN_HOSTS",
        "METRICS_TOKEN",
        "METRICS_HOSTS",
        "GEOCODER",
        "GEOCODER_KEY",
        "TILE_URL",
        "TILE_ATTRIBUTION",
        "PMTILES",
        "BACKUP_KEY",
    }
)
SPOKEN = ("it", "en", "de", "fr", "es", "ar", "uk", "ro")


class SettingsMistake(click.ClickException):
    """One or more settings can't be used; the text names each of them."""


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read all settings; raise `SettingsMistake` naming every mistake at once."""
    reader = Reader(environ)
    data = data_directory(environ)
    ring = reader.ring(data)
    own_hosts = reader.hosts("OWN_HOSTS")
    settings = Settings(
        data=data,
        database_url=reader.database(data),
        ring=ring or KeyRing((("none", b"\0" * 32),)),
        name=reader.text("NAME", "Nucleo"),
        phone=reader.text("PHONE") or None,
        base_url=reader.web_address("BASE_URL", "http://127.0.0.1:8000"),
        time_zone=reader.zone(),
        languages=reader.languages(),
        emergency_number=reader.text("EMERGENCY_NUMBER", "112"),
        mail=reader.mail(),
        ntfy=reader.ntfy(),
        sender_threads=reader.number("SENDER_THREADS", 128, least=2, most=256),
        messages_an_hour=reader.number("MESSAGES_AN_HOUR", 10, least=1, most=1000),
        trusted_proxies=reader.number("TRUSTED_PROXIES", 0, least=0, most=5),
        probe_minutes=reader.number("PROBE_MINUTES", 60, least=0, most=1440),
        heartbeat_url=reader.web_address("HEARTBEAT_URL", "") or None,
        own_hosts=own_hosts,
        metrics_token=reader.secret("METRICS_TOKEN", least=20),
        metrics_hosts=reader.hosts("METRICS_HOSTS"),
        geocoder=reader.geocoder(own_hosts),
        tile_url=reader.tiles(),
        tile_attribution=reader.text("TILE_ATTRIBUTION"),
        pmtiles=reader.file("PMTILES"),
        backup_key=reader.public_key("BACKUP_KEY"),
    )
    if reader.mistakes:
        raise SettingsMistake("\n".join(reader.mistakes))
    return settings


class Reader:
    """Reads settings one by one and collects every mistake instead of stopping at the first."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Take the settings that are ours and note those we don't know."""
        self.given = {
            key.removeprefix(PREFIX): value.strip()
            for key, value in environ.items()
            if key.startswith(PREFIX) and value.strip()
        }
        self.mistakes = [
            f"{PREFIX}{name} is not a setting we know."
            for name in sorted(self.given.keys() - KNOWN)
        ]

    def mistake(self, name: str, words: str) -> None:
        """Note what is wrong with one setting."""
        self.mistakes.append(f"{PREFIX}{name} {words}")

    def text(self, name: str, default: str = "") -> str:
        """Return a setting as it was typed."""
        return self.given.get(name, default)

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        """Return a whole number between two limits."""
        typed = self.text(name, str(default))
        if typed.isdecimal() and least <= int(typed) <= most:
            return int(typed)
        self.mistake(name, f"must be a whole number from {least} to {most}.")
        return default

    def web_address(self, name: str, default: str) -> str:
        """Return an http(s) address without the last slash."""
        typed = self.text(name, default).rstrip("/")
        parts = parts_of(typed)
        if typed and (parts.scheme not in {"http", "https"} or not parts.hostname):
            self.mistake(name, "must be an address such as https://example.org.")
        return typed

    def zone(self) -> str:
        """Return the name of a time zone."""
        typed = self.text("TIME_ZONE", "Europe/Rome")
        if typed not in available_timezones():
            self.mistake("TIME_ZONE", "must be a time zone such as Europe/Rome.")
            return "Europe/Rome"
        return typed

    def languages(self) -> tuple[str, ...]:
        """Return the language codes the pages are shown in, the fallback first."""
        typed = tuple(code.strip() for code in self.text("LANGUAGES", "it,en").split(","))
        unknown = [code for code in typed if code not in SPOKEN]
        if unknown:
            self.mistake("LANGUAGES", f"may only name {', '.join(SPOKEN)}.")
            return ("it", "en")
        return typed

    def database(self, data: Path) -> str:
        """Return the address of the database, by default one file in the data directory."""
        typed = self.text("DATABASE_URL", f"sqlite:///{data / 'nucleus.db'}")
        try:
            address = make_url(typed)
        except (ArgumentError, ValueError):  # a port that is no number is only the latter
            address = None
        if address is None or address.get_backend_name() not in {"sqlite", "postgresql"}:
            self.mistake("DATABASE_URL", "must begin with sqlite:/// or postgresql://.")
            return typed
        if address.get_backend_name() == "postgresql":
            address = address.set(drivername="postgresql+psycopg")
        return address.render_as_string(hide_password=False)

    def ring(self, data: Path) -> KeyRing | None:
        """Return the key ring, from a file or written out in the setting itself."""
        typed = self.text("KEYS", str(data / RING_FILE))
        file = Path(typed)
        try:
            return read_ring(typed if ":" in typed and "/" not in typed[:2] else file.read_text())
        except BadRing as cause:
            self.mistake("KEYS", f"can't be used: {cause}.")
        except (OSError, ValueError):  # not there, or no text at all
            words = "names no key ring that can be read: run `nucleus init` to make one."
            self.mistake("KEYS", words)
        return None

    def hosts(self, name: str) -> tuple[str, ...]:
        """Return host names or numbers, in small letters."""
        typed = [host.strip().lower() for host in self.text(name).split(",") if host.strip()]
        if any(not set(host) <= HOST_SIGNS for host in typed):
            self.mistake(name, "must name machines, such as signal.lan, 192.168.1.5.")
        return tuple(typed)

    def tiles(self) -> str:
        """Return the address of map tiles; whoever made them wants to be named."""
        typed = self.text("TILE_URL")
        if not typed:
            return ""
        parts = parts_of(typed)
        whole = all(part in typed for part in ("{z}", "{x}", "{y}"))
        if parts.scheme not in {"http", "https"} or not parts.hostname or not whole:
            self.mistake("TILE_URL", "must look like https://tiles.example.org/{z}/{x}/{y}.png.")
        elif not set(parts.netloc.lower()) <= HOST_SIGNS:
            self.mistake("TILE_URL", "must name one host, without {s} or a password.")
        if not self.text("TILE_ATTRIBUTION"):
            self.mistake("TILE_ATTRIBUTION", "must say whom the tiles of TILE_URL are owed to.")
        return typed

    def file(self, name: str) -> Path | None:
        """Return a file that must be there."""
        typed = self.text(name)
        if typed and not Path(typed).is_file():
            self.mistake(name, "names no file that is there.")
        return Path(typed).resolve() if typed else None

    def secret(self, name: str, *, least: int) -> str | None:
        """Return a secret that nobody guesses, if one is set."""
        typed = self.text(name)
        if typed and (len(typed) < least or not typed.isascii()):
            self.mistake(name, f"must have at least {least} letters and digits.")
        return typed or None

    def public_key(self, name: str) -> bytes | None:
        """Return the key to which backups are sealed."""
        try:
            return read_public_key(self.text(name)) if self.text(name) else None
        except BadKeepersKey as cause:
            words = f"can't be used: {cause}. Run `nucleus backup-key FILE` to make one."
            self.mistake(name, words)
            return None

    def mail(self) -> MailSettings | None:
        """Return the SMTP server of `smtp://user:password@host:port?security=starttls`."""
        typed = self.text("MAIL_URL")
        if not typed:
            return None
        parts, sender = parts_of(typed), self.text("MAIL_FROM")
        security = parts.query.removeprefix("security=") or "starttls"
        if parts.scheme != "smtp" or not parts.hostname or security not in SECURITIES:
            self.mistake("MAIL_URL", "must look like smtp://user:password@host:587?security=tls.")
            return None
        if "@" not in sender:
            self.mistake("MAIL_FROM", "must be the e-mail address that messages come from.")
        port = parts.port or {"none": 25, "starttls": 587, "tls": 465}[security]
        return MailSettings(
            parts.hostname, port, security, sender, user=parts.username, password=parts.password
        )

    def ntfy(self) -> NtfySettings | None:
        """Return the ntfy server."""
        url = self.web_address("NTFY_URL", "")
        return NtfySettings(url, self.text("NTFY_TOKEN") or None) if url else None

    def geocoder(self, own_hosts: tuple[str, ...]) -> GeocoderSettings | None:
        """Return the online geocoder of `nominatim+https://host/path`.

        Addresses travel to it: so only by https, or to a machine of one's own that is named.
        """
        kind, plus, typed = self.text("GEOCODER").partition("+")
        if not kind:
            return None
        parts = parts_of(typed)
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in own_hosts)
        if not plus or kind not in GEOCODERS or not parts.hostname or not safe:
            words = f"must look like nominatim+https://example.org ({', '.join(GEOCODERS)}); "
            self.mistake("GEOCODER", words + "http only to a machine NUCLEUS_OWN_HOSTS names.")
            return None
        return GeocoderSettings(kind, typed.rstrip("/"), self.text("GEOCODER_KEY") or None)


def parts_of(address: str) -> SplitResult:
    """Return the parts of an address; of one that has none, such as a wrong port, nothing."""
    try:
        parts = urlsplit(address)
        return parts if parts.port is None or parts.port else NOWHERE
    except ValueError:
        return NOWHERE


def data_directory(environ: Mapping[str, str] = os.environ) -> Path:
    """Return where the installation keeps its files: `NUCLEUS_DATA`, or `var` right here."""
    return Path(environ.get(f"{PREFIX}DATA") or "var").resolve()
