"""`map`: what the page with the map weighs and costs, beside folium as it comes, and in Chromium.

The page names its files and fetches its pins; a stock folium page carries one script a marker. Both
are made here in the same run from the same ten thousand places.
"""

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

GOAL_KB, GOAL_CPU = 60.0, 0.05
GOAL_FIRST, GOAL_TASK = 1.5, 200.0
PAGE, SCRIPT = "/maps/resources/show", "/maps/resources.js"
OURS = "nucleus/static/js/pins.js"
PANS = 12
WATCH_TASKS = """
window.tasks = [];
new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map((e) => e.duration)))
  .observe({ type: "longtask", buffered: true });
window.firstMarker = null;
const look = () => {
  const seen = document.querySelector(".map-pin, .map-cluster");
  if (seen) { window.firstMarker = performance.now(); return; }
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


def run(options: dict[str, str]) -> list[Figure]:
    """Measure with `--places=10000`; `--stock=10000` markers are drawn by folium alone."""
    places, stock = int(options.get("places", "10000")), int(options.get("stock", "10000"))
    with TemporaryDirectory() as folder, crowded(Path(folder), places) as app:
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
    size = (len(html) + len(script) + Path(OURS).stat().st_size) / 1e3
    spent = min(cpu_of(lambda: (client.get(PAGE), client.get(SCRIPT))) for _ in range(5))
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
            note=f"{note}; with the list beside the map",
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
    page.goto(url + PAGE)
    page.wait_for_selector(".map-pin, .map-cluster", timeout=60_000)
    page.wait_for_load_state("networkidle")
    first = float(page.evaluate("window.firstMarker")) / 1000
    page.evaluate("window.tasks.length = 0")
    pan(page)
    longest = float(page.evaluate("Math.max(0, ...window.tasks)"))
    outside = hosts - {urlsplit(url).netloc}
    return [
        Figure(
            figure="map.first_markers", unit="s after the page was asked for", ours=first,
            goal=f"<= {GOAL_FIRST:g}", reached=first <= GOAL_FIRST, note=f"{places} places, phone",
        ),
        Figure(
            figure="map.pan", unit="ms, the longest task", ours=longest, goal=f"<= {GOAL_TASK:g}",
            reached=longest <= GOAL_TASK, note=f"{PANS} pans by drag and two zooms",
        ),
        Figure(
            figure="map.outside_hosts", unit="hosts", ours=len(outside), goal="0",
            reached=not outside, note="of all requests of the page",
        ),
    ]  # fmt: skip


def pan(page: Page) -> None:
    """Drag and zoom, and wait each time until the pins of the new view are there."""
    box = page.locator(".map-canvas").bounding_box()
    if box is None:
        raise RuntimeError("the map is not on the page")
    page.locator(".map-canvas").scroll_into_view_if_needed()
    box = page.locator(".map-canvas").bounding_box() or box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for turn in range(PANS):
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + Random(turn).randint(-90, 90), y + 60 * (-1) ** turn, steps=4)
        page.mouse.up()
        if turn % 6 == 0:
            page.locator(".leaflet-control-zoom-in").click()
        settled(page)


def settled(page: Page) -> None:
    """Wait for the pins of this view."""
    page.wait_for_load_state("networkidle")


def unseen() -> Figure:
    """Say that there was no browser to look with."""
    return Figure(
        figure="map.first_markers", unit="s", ours=0, goal=f"<= {GOAL_FIRST:g}", reached=False,
        note="no Chromium here",
    )  # fmt: skip
