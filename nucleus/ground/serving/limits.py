"""How much may come in, and over how many connections, before any page is asked."""

import resource
from collections.abc import Callable
from copy import copy
from typing import Any, Self

from flask import Flask
from waitress.adjustments import Adjustments
from werkzeug.exceptions import HTTPException

LONGEST_HEAD = 64 * 1024
LONGEST_BODY = 2 * 1024 * 1024
"""The longest thing typed or sent to a page that takes no file is half of this."""

LONGEST_FILE = 160 * 1024 * 1024
"""A little more than any page takes: what is too long is refused by the page, in words."""

MOST_FILES = 8
"""Long bodies wait on the disk; so many of them at once, or strangers could fill it."""

MOST_CONNECTIONS, LEAST_CONNECTIONS = 1000, 100
OPEN_FILES = 8192
FILES_A_CONNECTION = 4
"""Its socket, what came in, what goes out; the rest is for the sender and the database."""


class Limits(Adjustments):  # type: ignore[misc]
    """The server's own settings, with a longer measure for pages that take a file."""

    def __init__(self, takes_files: Callable[[str], bool], **settings: Any) -> None:
        """Take the question by which a page that takes files is known."""
        super().__init__(**settings)
        self.takes_files = takes_files

    def at(self, path: str) -> Self:
        """Return the limits of one address."""
        if not self.takes_files(path):
            return self
        longer = copy(self)
        longer.max_request_body_size = LONGEST_FILE
        return longer


def limits_of(app: Flask, **settings: Any) -> Limits:
    """Return the limits under which the pages of this house are served."""
    return Limits(
        lambda path: takes_files(app, path),
        ident="",
        clear_untrusted_proxy_headers=False,  # the app trusts as many as the settings say
        connection_limit=most_connections(),
        asyncore_use_poll=True,
        cleanup_interval=5,
        max_request_header_size=LONGEST_HEAD,
        max_request_body_size=LONGEST_BODY,
        outbuf_high_watermark=LONGEST_FILE,
        log_socket_errors=False,
        **settings,
    )


def takes_files(app: Flask, path: str) -> bool:
    """Say whether a page marks itself as one that takes files."""
    try:
        endpoint, _ = app.url_map.bind("localhost").match(path, method="POST")
    except HTTPException:  # no such page, or one address that leads to another
        return False
    return hasattr(app.view_functions[endpoint], "longest_body")


def most_connections() -> int:
    """Return how many connections the machine lets us hold, after asking it for enough."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < OPEN_FILES:
        soft = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(LEAST_CONNECTIONS, min(MOST_CONNECTIONS, soft // FILES_A_CONNECTION))
