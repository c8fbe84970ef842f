"""What the post carries and through whom: the rendered letter and the installation's providers."""

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar
from urllib.parse import urlsplit

from nucleus.people.models import Channel


class Security(Enum):
    """How the connection to a mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    SSL = "ssl"


_USUAL_PORTS = {Security.NONE: 25, Security.STARTTLS: 587, Security.SSL: 465}
DAY = 24 * 3600


class Provider:
    """Through whom a letter leaves; each kind of provider is a frozen dataclass of its own.

    Attributes:
        channel: what it carries.
        inside: it may be a machine of our own network; otherwise only public addresses are
            dialled, so that nobody who can fill in a form can knock at our own doors.
        private: it may carry more than that there is a notice.
    """

    __slots__ = ()
    channel: ClassVar[Channel]
    inside: bool
    private: bool

    @property
    def place(self) -> tuple[str, int | None]:
        """The host it stands on, and its port when that is not the usual one."""
        address = urlsplit(str(getattr(self, "base_url", "")))
        return address.hostname or "", address.port

    def __repr__(self) -> str:
        """Shows no secret, because a repr ends up in logs."""
        return f"{type(self).__name__}({lane(self)})"


@dataclass(frozen=True, slots=True, repr=False)
class EmailAccount(Provider):
    """A mail server that sends for this installation.

    Attributes:
        sender: the plain address letters come from.
        sender_name: the name shown beside it, in any language.
    """

    channel: ClassVar[Channel] = Channel.EMAIL
    host: str
    port: int
    security: Security
    user: str | None
    password: str | None
    sender: str
    sender_name: str
    inside: bool = True  # the operator's own settings may name a server beside this one
    private: bool = True

    @property
    def place(self) -> tuple[str, int | None]:
        """The mail server."""
        return self.host, None if self.port == _USUAL_PORTS[self.security] else self.port


@dataclass(frozen=True, slots=True, repr=False)
class NtfyServer(Provider):
    """An ntfy server that sends for this installation.

    Attributes:
        base_url: ``https://host`` or ``https://host:port``, without a path.
        token: an access token (``tk_…``) if the server asks for one.
    """

    channel: ClassVar[Channel] = Channel.NTFY
    base_url: str
    token: str | None = None
    inside: bool = True
    private: bool = True


@dataclass(frozen=True, slots=True)
class Action:
    """A button under a push message.

    Attributes:
        posts: True answers at once with a POST; False opens the page.
        body: what is posted, as a form.
        deed: what it answers (`coming`, `cant`), for a channel whose buttons send us a word.
    """

    label: str
    url: str
    posts: bool = False
    body: str = ""
    deed: str = ""


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
        lasts: seconds after which it is no longer worth delivering.
    """

    subject: str
    body: str
    language: str
    message_id: str
    tag: str
    urgent: bool = False
    link: str | None = None
    actions: tuple[Action, ...] = ()
    lasts: int = DAY

    def __repr__(self) -> str:
        """Shows no text, because a repr ends up in logs."""
        return f"Letter({self.tag})"


def lane(provider: Provider) -> str:
    """The clear label under which deliveries to one provider queue: ``email:smtp.example.org``.

    The port is named only when it is not the usual one.
    """
    host, port = provider.place
    return f"{provider.channel}:{host.lower()}" + (f":{port}" if port else "")
