"""Promises of drawing with folium: constant, local, and free of anybody's words."""

import re
from time import process_time

from maps.drawing import Base, draw

OUTLINE = "/static/vendor/outline.geojson"


def test_a_drawing_is_the_same_every_time() -> None:
    first = draw("places", Base(OUTLINE))
    draw.cache_clear()
    assert draw("places", Base(OUTLINE)) == first


def test_a_drawing_asks_this_server_only_and_brings_nothing_inline() -> None:
    drawing = draw("places", Base(OUTLINE))
    everything = " ".join([*drawing.styles, *drawing.scripts, drawing.markup, drawing.script])
    assert "//" not in everything
    assert not re.search(r"<script|<style|style=|onclick", drawing.markup)
    assert drawing.scripts[0].endswith("leaflet.js"), "the others need it first"
    assert drawing.scripts.index("js/land.js") < drawing.scripts.index("js/pins.js")


def test_every_layer_is_named_before_it_is_added() -> None:
    script = draw("places", Base(OUTLINE)).script
    for added in re.findall(r"(\w+)\.addTo\(", script):
        assert f"const {added} =" in script


def test_a_map_has_a_furthest_zoom_although_it_has_no_tiles() -> None:
    assert '"maxZoom": 18' in draw("places", Base(OUTLINE)).script


def test_a_map_costs_little_whatever_it_shows() -> None:
    draw.cache_clear()
    began = process_time()
    drawing = draw("places", Base(OUTLINE))
    assert process_time() - began < 0.05
    assert len(drawing.script) + len(drawing.markup) < 5_000
