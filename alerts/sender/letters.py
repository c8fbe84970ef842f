"""What the post carries and through whom: the rendered letter and the installation's providers."""

from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit


class Security(Enum):
    """How the connection to a mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    SSL = "ssl"


_USUAL_PORTS = {Security.NONE: 25, Security.STARTTLS: 587, Security.SSL: 465}


@dataclass(frozen=True, slots=True)
class EmailAccount:
    """A mail server that sends for this installation.

    Attributes:
        sender: the plain address letters come from.
        sender_name: the name shown beside it, in any language.
    """

    host: str
    port: int
    security: Security
    user: str | None
    password: str | None
    sender: str
    sender_name: str

    def __repr__(self) -> str:
        """Shows no password, because a repr ends up in logs."""
        return f"EmailAccount({lane(self)})"


@dataclass(frozen=True, slots=True)
class NtfyServer:
    """An ntfy server that sends for this installation.

    Attributes:
        base_url: ``https://host`` or ``https://host:port``, without a path.
        token: an access token (``tk_…``) if the server asks for one.
    """

    base_url: str
    token: str | None = None

    def __repr__(self) -> str:
        """Shows no token, because a repr ends up in logs."""
        return f"NtfyServer({lane(self)})"


Provider = EmailAccount | NtfyServer


@dataclass(frozen=True, slots=True)
class Action:
    """A button under a push message.

    Attributes:
        posts: True answers at once with a POST; False opens the page.
        body: what is posted.
    """

    label: str
    url: str
    posts: bool = False
    body: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """One text, rendered for one person and one channel.

    Attributes:
        language: tag of the text's language (BCP 47), e.g. ``it``.
        message_id: the same for each copy of this letter; without angle brackets.
        tag: what belongs together on the receiving side (the alert's short number): letters
            with the same tag are one thread, pushes with the same tag replace each other.
        urgent: rings through silent hours where the channel allows.
        link: the page this letter is about.
        actions: at most three.
    """

    subject: str
    body: str
    language: str
    message_id: str
    tag: str
    urgent: bool = False
    link: str | None = None
    actions: tuple[Action, ...] = ()

    def __repr__(self) -> str:
        """Shows no text, because a repr ends up in logs."""
        return f"Letter({self.tag})"


def lane(provider: Provider) -> str:
    """The clear label under which deliveries to one provider queue: ``email:smtp.example.org``.

    The port is named only when it is not the usual one.
    """
    if isinstance(provider, EmailAccount):
        usual = _USUAL_PORTS[provider.security]
        return _label("email", provider.host, None if provider.port == usual else provider.port)
    address = urlsplit(provider.base_url)
    return _label("ntfy", address.hostname or "", address.port)


def _label(channel: str, host: str, port: int | None) -> str:
    return f"{channel}:{host.lower()}" + (f":{port}" if port else "")
