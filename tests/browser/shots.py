"""Pictures of every page, for eyes: `python -m tests.browser.shots [words in the address …]`.

The demo's network, on a night with an alert half-way, in `var/shots/index.html`.
"""

import html
import logging
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.eyes import Visit, visiting
from tests.browser.house import browsing, chromium
from tests.browser.scenes import Night, night
from tests.browser.walk import Stop

OUT = Path("var/shots")
TALLEST = 6000


@dataclass(frozen=True)
class Way:
    """One way of looking at a page."""

    name: str
    width: int
    height: int
    dark: bool = False
    language: str = "it"


WAYS = (
    Way("phone", 390, 780),
    Way("dark", 390, 780, dark=True),
    Way("desktop", 1280, 800),
    Way("arabic", 390, 780, language="ar"),
    Way("narrow", 320, 568),
)


def main(words: list[str]) -> int:
    """Take the pictures and write the sheet that shows them."""
    executable = chromium()
    if executable is None:
        sys.stderr.write("No Chromium here: apt-get install chromium, then once more.\n")
        return 1
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    logging.disable(logging.ERROR)  # the fault pages are opened on purpose
    with (
        tempfile.TemporaryDirectory() as folder,
        night(Path(folder, "house")) as tonight,
        browsing(executable) as browser,
    ):
        wanted = [stop for stop in tonight.stops() if is_wanted(stop, words)]
        faults = [fault for way in WAYS for fault in pictures(browser, tonight, way, wanted)]
    (OUT / "index.html").write_text(sheet(wanted))
    sys.stdout.write(f"{len(wanted) * len(WAYS)} pictures: {(OUT / 'index.html').resolve()}\n")
    sys.stdout.writelines(f"  {fault}\n" for fault in faults)
    return 1 if faults else 0


def is_wanted(stop: Stop, words: list[str]) -> bool:
    """Say whether a page is asked for: all are when nobody says a word."""
    return not words or any(word in f"{stop.path} {stop.endpoint}" for word in words)


def pictures(browser: Browser, night: Night, way: Way, stops: list[Stop]) -> Iterator[str]:
    """Take all pages in one way, with one window a person; yield what went wrong."""
    for role, theirs in groupby(sorted(stops, key=role_of), key=role_of):
        look = partial(visiting, browser, night.house.url, night.cookies_of(role))
        with look(width=way.width, dark=way.dark, language=way.language) as seen:
            for stop in theirs:
                picture(seen, night.house.url, stop, way)
            yield from (
                f"{role} ({way.name}): {fault}" for fault in seen.faults if not meant(fault)
            )


def meant(fault: str) -> bool:
    """Say whether this is only the browser telling of a fault page we asked for."""
    return "status of 50" in fault


def role_of(stop: Stop) -> str:
    """Return who looks at a page."""
    return stop.role


def picture(seen: Visit, url: str, stop: Stop, way: Way) -> None:
    """Take one page, in a window as tall as the page: the sticky bars stay where they belong."""
    seen.page.set_viewport_size({"width": way.width, "height": way.height})
    seen.page.goto(f"{url}{stop.path}", wait_until="load")
    if stop.path.startswith("/maps"):
        seen.page.wait_for_load_state("networkidle")
    tall = seen.page.evaluate("document.documentElement.scrollHeight")
    size = {"width": way.width, "height": min(max(tall, way.height), TALLEST)}
    seen.page.set_viewport_size(size)  # type: ignore[arg-type]
    seen.page.screenshot(path=OUT / file_of(stop, way))


def file_of(stop: Stop, way: Way) -> str:
    """Return the name of a picture."""
    return f"{stop.endpoint}.{stop.role}.{way.name}.png"


def sheet(stops: list[Stop]) -> str:
    """Return the page that shows all pictures side by side."""
    rows = "".join(
        f"<h2>{html.escape(stop.path)} <small>{stop.role} · {stop.endpoint}</small></h2><p>"
        + "".join(f'<img loading="lazy" src="{file_of(stop, way)}" alt="">' for way in WAYS)
        for stop in stops
    )
    look = "img{max-height:900px;margin:4px;border:1px solid #888;vertical-align:top}"
    return f"<!doctype html><meta charset=utf-8><title>Shots</title><style>{look}</style>{rows}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
