"""Through whom a lane's letters leave: the settings' servers, and the accounts rooms add to them.

A lane is a channel; each has any number of ways, best first. Every letter takes the first way
that is well, and the next one when that is closed, drained or full.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import structlog
from flask import Flask

from alerts.sender.connections.wire import is_public
from alerts.sender.letters import EmailAccount, NtfyServer, Provider, Security, lane
from nucleus.ground.database import reading
from nucleus.ground.settings import Settings
from nucleus.people.models import Channel

log = structlog.get_logger()
GATHER_EVERY = 5.0
"""Seconds: so old may be what the sender knows of the ways; then it gathers them anew."""

SETTINGS_RANK = 50
TRIAL = "provider"
"""A message of this origin tries out one account, and leaves by that one or not at all."""

Ways = Mapping[str, tuple["Way", ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One provider of one lane, as the sender paces it.

    Attributes:
        label: names it in `Delivery.provider`, in logs and on the board; unique, no secret in it.
        lane: the channel it serves.
        provider: what is handed to `channels.send`.
        host: ways of one host share threads and their cap on letters in flight.
        rank: the lower goes first.
        rate: letters a second it takes, `None` for as many as there are.
        in_flight: letters that may be on their way to its host at once, `None` for no cap.
        cap_left: letters that its monthly cost cap still allows, as counted when it was gathered;
            the sender takes off what it sends meanwhile, and at 0 only lives at risk use the way
            (and a trial of it, which an administrator has asked for).
        account: the number of the account it is; `None` for those of the settings.
    """

    label: str
    lane: str
    provider: Provider
    host: str
    rank: int = SETTINGS_RANK
    rate: float | None = None
    in_flight: int | None = None
    cap_left: int | None = None
    account: int | None = None


Gather = Callable[[], Iterable[Way]]


@dataclass(slots=True)
class Board:
    """The ways of one app: who adds to them, and what was gathered last."""

    gathers: list[Gather] = field(default_factory=list)
    found: Ways | None = None
    settings: Settings | None = None
    gathered: float = 0.0


def init_app(app: Flask) -> None:
    """Hang up the board of ways."""
    app.extensions["nucleus.ways"] = Board()


def pin(app: Flask, gather: Gather) -> None:
    """Let a room add ways; `gather` is asked every few seconds with an open reading session."""
    app.extensions["nucleus.ways"].gathers.append(gather)


def ways_of(app: Flask) -> Ways:
    """Return the ways of each lane, best first; a lane without any is missing.

    They are gathered anew every few seconds and whenever the settings object was replaced, so a
    new account works without a restart. When the database is away the last known ones count.
    Call it outside of any transaction.
    """
    board: Board = app.extensions["nucleus.ways"]
    settings: Settings = app.extensions["nucleus.settings"]
    late = time.monotonic() - board.gathered >= GATHER_EVERY
    if board.found is None or board.settings is not settings or (late and board.gathers):
        _gather(app, board, settings=settings)
    return board.found or {}


def forget(app: Flask) -> None:
    """Let the next look gather the ways anew, in this process: an account was just changed."""
    app.extensions["nucleus.ways"].found = None


def of_settings(settings: Settings) -> list[Way]:
    """Return the ways an operator has written into the settings."""
    found: list[Way] = []
    if mail := settings.mail:
        account = EmailAccount(
            host=mail.host,
            port=mail.port,
            security=Security.SSL if mail.security == "tls" else Security(mail.security),
            user=mail.user,
            password=mail.password,
            sender=mail.sender,
            sender_name=settings.name,
        )
        found.append(_plain_way(Channel.EMAIL, account))
    if settings.ntfy:
        private = is_ours(settings.ntfy.url, settings)
        server = NtfyServer(settings.ntfy.url, settings.ntfy.token, private=private)
        found.append(_plain_way(Channel.NTFY, server))
    return found


def is_ours(url: str, settings: Settings) -> bool:
    """Say whether a server is the association's own: what others run may only carry a notice.

    It is when it stands in our network, or under the same domain as our own pages.
    """
    host = (urlsplit(url).hostname or "").lower()
    here = (urlsplit(settings.base_url).hostname or "").lower()
    numeric = host.replace(".", "").isdecimal() or ":" in host
    if (
        host in settings.own_hosts
        or host in ("localhost", here)
        or (numeric and not is_public(host))
    ):
        return True
    ours = here.split(".", maxsplit=1)[-1] if here.count(".") >= 2 else here
    return "." in ours and not numeric and host.endswith(f".{ours}")


def _plain_way(channel: Channel, provider: Provider) -> Way:
    label = lane(provider)
    return Way(
        label=label, lane=str(channel), provider=provider, host=label.split(":", maxsplit=1)[1]
    )


def _gather(app: Flask, board: Board, *, settings: Settings) -> None:
    """Ask everybody who adds ways; one who stumbles keeps what was known before."""
    found = of_settings(settings)
    try:
        with app.app_context(), reading():
            for gather in board.gathers:
                found += gather()
    except Exception as cause:
        log.warning("ways_not_gathered", error=type(cause).__name__)
        if board.found is not None and board.settings is settings:
            board.gathered = time.monotonic()
            return
    board.found = _by_lane(found)
    board.settings, board.gathered = settings, time.monotonic()


def _by_lane(ways: Iterable[Way]) -> Ways:
    found: dict[str, tuple[Way, ...]] = {}
    for way in sorted(ways, key=lambda each: (each.rank, each.label)):
        found[way.lane] = (*found.get(way.lane, ()), way)
    return found
