"""The whole house behind a real address, and the browser that visits it."""

import os
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.cast import Cast

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

NO_PAINTING = "--disable-gpu", "--disable-software-rasterizer"
ANSWER = "house.answer"
QUICK = "chromium-headless-shell"
"""Draws the same pages as the whole browser, and opens a window in a quarter of the time."""

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class LiveHouse:
    """A running house: its app, its people, and where it answers (no slash at the end)."""

    app: Flask
    cast: Cast
    url: str

    def cookies_of(self, person: int | None) -> dict[str, str]:
        """Return the cookies of a browser in which this person has signed in."""
        if person is None:
            return {}
        cookie = self.cast.signed_in(person).get_cookie("s")
        assert cookie is not None, "signing in gave no session"
        return {"s": cookie.value}


class Handler(WSGIRequestHandler):
    """Lets go of a file that was being sent also when the browser hangs up.

    The library first reads what the browser may still have to say; where the connection was reset
    that raises before the answer is closed. The servers we run outside of tests have no such gap.
    """

    def run_wsgi(self) -> None:
        """Answer, and close the answer whatever became of it; twice does no harm."""
        super().run_wsgi()
        if close := getattr(self.environ.get(ANSWER), "close", None):
            close()


@contextmanager
def serve(app: Flask) -> Iterator[str]:
    """Answer on a free port of this machine, from threads, until the block ends."""

    def answering(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        environ[ANSWER] = answer = app(environ, start)
        return answer

    server = make_server("127.0.0.1", 0, answering, threaded=True, request_handler=Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def chromium() -> str | None:
    """Return where this machine keeps its Chromium."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def chromium_or_skip(*, whole: bool = False) -> str:
    """Return where Chromium is; without one skip aloud, and fail where CI promised one.

    Args:
        whole: not the quick one, which keeps no page for the way back.
    """
    found = chromium() if whole else shutil.which(QUICK) or chromium()
    if found is None:
        words = "NO CHROMIUM: nothing was tested in a real browser (apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)
    return found


@contextmanager
def browsing(executable: str) -> Iterator[Browser]:
    """Lend one browser; it needs no sandbox of its own, it only sees this machine's pages."""
    how = ["--no-sandbox", *NO_PAINTING]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=how)
        try:
            yield browser
        finally:
            browser.close()
