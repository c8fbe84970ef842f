"""At each door: who reads, whether their purse still holds something, and what reading cost.

The price is the processor's own time, so that a door built tomorrow is counted too: in the long
run one network uses a fifth of one processor. Whoever changes things is counted elsewhere, by
rooms that know what is changed.
"""

import ipaddress
import math
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv6Address
from time import monotonic, thread_time

import structlog
from flask import Flask, Response, current_app, g, request

from nucleus.ground import frame, problems
from nucleus.ground.pacing.purses import Purses
from nucleus.ground.web import OF_LIBRARIES, settings

PURSES, DRAWERS, NAMES = "nucleus.purses", "nucleus.purse_drawers", "nucleus.purse_names"
FULL_SECONDS = 300
TIMES_ITS_COST = 5
AT_LEAST = 0.02
"""A full purse is 60 seconds of the processor, or 15,000 of the cheapest pages.

A mobile network lets a few hundred telephones share one address. Three hundred may open a map of
10,000 places at the same moment, which takes 0.2 s of the processor each.
"""

WIDER_BITS, WIDER_SHARE = 48, 8
"""Whoever rents one server often gets a /48: 65,536 networks, together good for eight."""

LONGEST_WAIT = 3600
Whom = Callable[[], str | None]
Share = tuple[str, float]
log = structlog.get_logger()


def init_app(app: Flask) -> None:
    """Stand before every page, and charge for it afterwards."""
    app.extensions[PURSES] = Purses(FULL_SECONDS)
    app.extensions[DRAWERS] = {}
    app.extensions[NAMES] = []
    app.before_request(let_in)
    app.after_request(charge)


def share_a_purse(app: Flask, purse: str, *blueprints: str) -> None:
    """Let some rooms be paid from a purse of their own.

    Whoever empties that one still signs in, and so does everybody behind the same address.
    """
    app.extensions[DRAWERS].update(dict.fromkeys(blueprints, purse))


def pin_name(app: Flask, whom: Whom) -> None:
    """Pin who a known reader is; they pay from their own purse wherever they are."""
    app.extensions[NAMES].append(whom)


def let_in() -> Response | None:
    """Let a reader in, or say when to come back; nothing is asked of the database for that."""
    g.paying = list(who_pays()) if is_counted() else []
    purses: Purses = current_app.extensions[PURSES]
    wait = max((purses.wait(whose, monotonic()) for whose, _share in g.paying), default=0.0)
    if not wait:
        g.started = thread_time()
        return None
    g.paying = []
    return come_back(min(math.ceil(wait), LONGEST_WAIT))


def charge(response: Response) -> Response:
    """Take from the purse what the page cost."""
    purses: Purses = current_app.extensions[PURSES]
    for whose, share in g.pop("paying", []):
        cost = AT_LEAST + TIMES_ITS_COST * (thread_time() - g.started)
        purses.take(whose, monotonic(), price=cost * share)
    return response


def is_counted() -> bool:
    """Say whether this is reading that may have to wait."""
    if request.method not in {"GET", "HEAD"} or request.endpoint in OF_LIBRARIES:
        return False
    view = current_app.view_functions.get(request.endpoint or "")
    return not getattr(view, "never_paced", False)


def who_pays() -> Iterator[Share]:
    """Give the purses that are charged, and which share of the price each pays."""
    drawer = current_app.extensions[DRAWERS].get(request.blueprint, "house")
    names = (whom() for whom in current_app.extensions[NAMES])
    if name := next((name for name in names if name), None):
        yield f"{drawer} {name}", 1.0
        return
    for network, share in networks(request.remote_addr or ""):
        yield f"{drawer} {network}", share


def networks(address: str) -> Iterator[Share]:
    """Give the networks an address belongs to; none for one that is not of the internet.

    A machine of the house itself, or a proxy that nobody told us of, would stand for everybody.
    """
    try:
        found: IPv4Address | IPv6Address = ipaddress.ip_address(address)
    except ValueError:
        return
    found = getattr(found, "ipv4_mapped", None) or found
    if not found.is_global:
        if "X-Forwarded-For" in request.headers:
            tell_of_proxy()
        return
    if found.version == 4:
        yield str(found), 1.0
        return
    for bits, share in ((64, 1.0), (WIDER_BITS, 1 / WIDER_SHARE)):
        yield str(ipaddress.ip_network((found, bits), strict=False)), share


def tell_of_proxy() -> None:
    """Tell the operator once that we can't tell visitors apart."""
    if not settings().trusted_proxies and not current_app.extensions.get("nucleus.proxy_told"):
        current_app.extensions["nucleus.proxy_told"] = True
        log.warning("proxy_not_named", setting="NUCLEUS_TRUSTED_PROXIES")


def come_back(seconds: int) -> Response:
    """Say that it is too much just now, and when to come back: in words, or to a program."""
    headers = {"Retry-After": str(seconds)}
    if problems.for_machines() or "text/html" not in request.headers.get("Accept", ""):
        said = "Your network has read a great deal here in a short time."
        refused = problems.Problem(429, said, headers=headers)
        return problems.answer(refused, "")
    page = frame.stand_alone("errors/crowded.html", settings(), minutes=math.ceil(seconds / 60))
    return Response(page, 429, headers)
