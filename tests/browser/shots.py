"""Pictures of every page, for eyes: `python -m tests.browser.shots [words in the address …]`."""

import html
import logging
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, Page

from nucleus.app import create_app
from tests.browser.eyes import visiting
from tests.browser.gallery import hang_gallery
from tests.browser.house import LiveHouse, browsing, chromium, serve
from tests.browser.pages import furnish
from tests.browser.walk import Stop, all_stops, person_of
from tests.cast import Cast
from tests.conftest import opened, settings_for
from tests.demo.network import fill

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
)


def main(words: list[str]) -> int:
    """Take the pictures and write the sheet that shows them."""
    executable = chromium()
    if executable is None:
        sys.stderr.write("No Chromium here: apt-get install chromium, then once more.\n")
        return 1
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with demo_house() as house, browsing(executable) as browser:
        stops = all_stops(house, furnish(house.cast))
        wanted = [s for s in stops if not words or any(word in s.path for word in words)]
        faults = [fault for stop in wanted for fault in picture(browser, house, stop)]
    (OUT / "index.html").write_text(sheet(wanted))
    sys.stdout.write(f"{len(wanted) * len(WAYS)} pictures: {(OUT / 'index.html').resolve()}\n")
    sys.stdout.writelines(f"  {fault}\n" for fault in faults)
    return 1 if faults else 0


@contextmanager
def demo_house() -> Iterator[LiveHouse]:
    """A running house with the demo's invented network in it."""
    with tempfile.TemporaryDirectory() as data:
        settings = settings_for(Path(data))
        settings = replace(settings, languages=("it", "en", "ar"), phone="+39 081 555 0100")
        for app in opened(create_app(settings)):
            app.config["WTF_CSRF_ENABLED"] = True
            hang_gallery(app)
            cast = cast_of(app)
            with serve(app) as url:
                yield LiveHouse(app, cast, url)


def cast_of(app: Flask) -> Cast:
    """Fill the house with the demo's network and let its people play the known parts."""
    network = fill(app)
    people = {name.split()[0].lower(): number for name, number in network.people.items()}
    parts = {part: people[part] for part in ("carla", "vito", "amina", "luca", "bea")}
    return Cast(
        app,
        organisation=network.organisations["agro"],
        other_organisation=network.organisations["valle"],
        listening=network.competences["listening"],
        dario=people["greta"],
        outsider=people["olena"],
        **parts,
    )


def picture(browser: Browser, house: LiveHouse, stop: Stop) -> list[str]:
    """Take one page in all ways; return what went wrong."""
    cookies = house.cookies_of(person_of(house, stop.role))
    faults = []
    for way in WAYS:
        with visiting(
            browser,
            house.url,
            cookies,
            width=way.width,
            height=way.height,
            dark=way.dark,
            language=way.language,
        ) as seen:
            seen.page.goto(house.url + stop.path, wait_until="networkidle")
            make_room(seen.page, way)
            seen.page.screenshot(path=OUT / file_of(stop, way))
            faults += [f"{stop.path} ({way.name}): {fault}" for fault in seen.faults]
    return faults


def make_room(page: Page, way: Way) -> None:
    """Make the window as tall as the page, so that the sticky bars stay where they belong."""
    tall = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": way.width, "height": min(max(tall, way.height), TALLEST)})


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
