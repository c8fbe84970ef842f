"""`map`: what the page with the map weighs and costs, beside folium as it comes, and in Chromium.

The page names its files and fetches its pins; a stock folium page carries one script a marker. Both
are made here in the same run from the same ten thousand places.
"""

import statistics
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import folium
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from nucleus.ground.database import db
from nucleus.places.models import Place
from tests.benchmarks.figures import Figure, cpu_of
from tests.benchmarks.near_figures import crowded
from tests.browser.house import browsing, chromium, serve
from tests.maps.crowd import lived_in_crowd_of

GOAL_KB, GOAL_CPU = 60.0, 0.05
GOAL_FIRST, GOAL_TASK = 1.5, 200.0
PAGE, SCRIPT = "/maps/resources/show", "/maps/resources.js"
OURS = "nucleus/static/js/land.js", "nucleus/static/js/pins.js"
ROUNDS = 25
ZOOMS, PANS = 4, 6
"""So many pans at each of so many depths, two steps apart: Italy, regions, towns, streets."""

WATCH_TASKS = """
window.tasks = [];
new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map((e) => e.duration)))
  .observe({ type: "longtask", buffered: true });
window.firstMarker = null;
const look = () => {
  const seen = document.querySelector(".map-canvas .map-pin, .map-canvas .map-cluster");
  if (seen) { window.firstMarker = performance.now(); return; }
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


def run(options: dict[str, str]) -> list[Figure]:
    """Measure with `--places=10000`; `--stock=10000` markers are drawn by folium alone."""
    places, stock = int(options.get("places", "10000")), int(options.get("stock", "10000"))
    with (
        TemporaryDirectory() as folder,
        crowded(Path(folder), places, put=lived_in_crowd_of) as app,
    ):
        figures = weighed(app, places, stock)
        executable = chromium()
        if executable is None:
            return [*figures, unseen()]
        with serve(app) as url, browsing(executable) as browser:
            page = browser.new_page(viewport={"width": 390, "height": 844})
            return [*figures, *seen(page, url, places)]


def weighed(app: Flask, places: int, stock: int) -> list[Figure]:
    """Weigh page and script, and take their CPU, beside folium's."""
    client = app.test_client()
    client.get(PAGE)  # folium is imported once a process, by the first map
    html, script = client.get(PAGE).get_data(), client.get(SCRIPT).get_data()
    size = (len(html) + len(script) + sum(Path(each).stat().st_size for each in OURS)) / 1e3
    rounds = [cpu_of(lambda: (client.get(PAGE), client.get(SCRIPT))) for _ in range(ROUNDS)]
    spent = statistics.median(rounds)
    theirs: list[str] = []
    stock_cpu = cpu_of(lambda: theirs.append(stock_page(app, stock)))
    note = f"{places} places; folium draws {stock} markers"
    return [
        Figure(
            figure="map.bytes", unit="kB of HTML and script, unpacked", ours=size,
            goal=f"<= {GOAL_KB:g}", reached=size <= GOAL_KB, yardstick=len(theirs[0]) / 1e3,
            yardstick_name="stock folium", note=f"{note}; the libraries are kept by the browser",
        ),
        Figure(
            figure="map.cpu", unit="CPU-s a page", ours=spent, goal=f"<= {GOAL_CPU:g}",
            reached=spent <= GOAL_CPU, yardstick=stock_cpu, yardstick_name="stock folium",
            note=f"{note}; with the list beside the map; median of {ROUNDS}",
        ),
    ]  # fmt: skip


def stock_page(app: Flask, number: int) -> str:
    """Draw the same places with folium as it comes."""
    with app.app_context():
        points = db.session.execute(select(Place.lat, Place.lon).limit(number)).all()
    plain = folium.Map((42.3, 12.6), zoom_start=6)
    for lat, lon in ((lat or 0.0, lon or 0.0) for lat, lon in points):
        folium.Marker((lat, lon), popup="Sportello").add_to(plain)
    page: str = plain.get_root().render()
    return page


def seen(page: Page, url: str, places: int) -> list[Figure]:
    """Look at the map as a phone does: first markers, panning, and which hosts it asks."""
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.add_init_script(WATCH_TASKS)
    page.goto(url + PAGE + "#on-the-map")  # a phone loads the map when it is turned to
    page.wait_for_selector(".map-canvas .map-pin, .map-canvas .map-cluster", timeout=60_000)
    page.wait_for_load_state("networkidle")
    first = float(page.evaluate("window.firstMarker")) / 1000
    settled(page, -1)
    page.evaluate("window.tasks.length = 0")
    shown = pan(page)
    longest = float(page.evaluate("Math.max(0, ...window.tasks)"))
    long_ones = int(page.evaluate("window.tasks.length"))
    outside = hosts - {urlsplit(url).netloc}
    return [
        Figure(
            figure="map.first_markers", unit="s after the page was asked for", ours=first,
            goal=f"<= {GOAL_FIRST:g}", reached=first <= GOAL_FIRST, note=f"{places} places, phone",
        ),
        Figure(
            figure="map.pan", unit="ms, the longest task", ours=longest, goal=f"<= {GOAL_TASK:g}",
            reached=longest <= GOAL_TASK,
            note=f"{PANS} drags at each of {ZOOMS} depths, every view waited for and drawn; "
            f"on screen {', '.join(shown)}; {long_ones} tasks over 50 ms",
        ),
        Figure(
            figure="map.outside_hosts", unit="hosts", ours=len(outside), goal="0",
            reached=not outside, note="of all requests of the page",
        ),
    ]  # fmt: skip


def pan(page: Page) -> list[str]:
    """Drag at several depths and wait each time until the new view is drawn; say what it held."""
    page.locator(".map-canvas").scroll_into_view_if_needed()
    shown = []
    for depth in range(ZOOMS):
        for turn in range(PANS):
            drag(page, Random(10 * depth + turn))
        shown.append(str(page.locator(".map-canvas .map-pin, .map-canvas .map-cluster").count()))
        if depth < ZOOMS - 1:
            closer(page)
    return shown


def drag(page: Page, chance: Random) -> None:
    """Drag the map across most of a phone's screen, somewhere that still shows places."""
    box = page.locator(".map-canvas").bounding_box()
    if box is None:
        raise RuntimeError("the map is not on the page")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    views = views_drawn(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + chance.randint(-130, 130), y + chance.choice((-150, 150)), steps=12)
    page.mouse.up()
    settled(page, views)


def closer(page: Page) -> None:
    """Look two steps closer."""
    for _ in range(2):
        views = views_drawn(page)
        page.locator(".leaflet-control-zoom-in").click()
        settled(page, views)


def views_drawn(page: Page) -> int:
    """Return how many views the map has drawn so far."""
    return int(page.locator(".map-canvas").get_attribute("data-views") or 0)


def settled(page: Page, views: int) -> None:
    """Wait until a newer view is drawn and painted, so that its tasks are counted."""
    page.wait_for_function(
        "(views) => Number(document.querySelector('.map-canvas').dataset.views || 0) > views",
        arg=views,
        timeout=60_000,
    )
    page.evaluate("new Promise((go) => requestAnimationFrame(() => setTimeout(go, 60)))")


def unseen() -> Figure:
    """Say that there was no browser to look with."""
    return Figure(
        figure="map.first_markers", unit="s", ours=0, goal=f"<= {GOAL_FIRST:g}", reached=False,
        note="no Chromium here",
    )  # fmt: skip
