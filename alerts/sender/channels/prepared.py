"""What every channel makes of a letter: a fresh plugin, its words, and how to read the answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from apprise import AppriseAsset
from apprise.plugins.base import NotifyBase

from alerts.sender import fitness
from alerts.sender.outcomes import Outcome

ASSET = AppriseAsset(app_id="Nucleus", app_desc="Nucleus", http_redirects=False, service_timeout=0)
Read = Callable[[Outcome, bytes], Outcome]


def as_it_is(outcome: Outcome, _answer: bytes) -> Outcome:
    """The status said it all."""
    return outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A plugin made for one delivery, and what it is to say.

    Attributes:
        headers: those no plugin knows how to send.
        fields: likewise what belongs into the body of the request.
        read: what the provider's answer means beyond its status.
    """

    plugin: NotifyBase
    body: str
    title: str = ""
    message_id: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, object] = field(default_factory=dict)
    read: Read = as_it_is


def gentle(plugin: Any) -> Any:
    """Our own pacing decides; apprise would sleep in the thread."""
    plugin.request_rate_per_sec = 0
    return plugin


def server_of(base_url: str) -> tuple[str, int | None, bool]:
    """Host as it stands in an address, port, and whether it is encrypted.

    Raises:
        Unfit: there is more than a server in it.
    """
    place = urlsplit(base_url)
    plain = not (place.path.strip("/") or place.query or place.fragment or place.username)
    if place.scheme not in ("http", "https") or not plain:
        raise fitness.Unfit("a server's address must be https://host, without a path")
    host = fitness.host(place.hostname or "")
    return f"[{host}]" if ":" in host else host, place.port, place.scheme == "https"
