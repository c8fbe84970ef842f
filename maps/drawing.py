"""Draws maps with folium, safely; the one place that imports it.

Folium writes text into JavaScript template literals, where a `${…}` or a backtick runs even under
a strict content security policy. So no text of anybody reaches folium: a drawing is a constant,
made of files of this server and of one script served by its own address. What the map shows is
fetched by the browser and put on the page as text.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from branca.element import CssLink, Figure, JavascriptLink
from folium import Map
from folium.elements import JSCSSMixin
from folium.map import Layer
from folium.template import Template

ITALY_CENTRE = (42.3, 12.6)
ITALY_ZOOM = 5
MAX_ZOOM = 18
"""There are no tiles that would set one, and clusters need an end."""


class SafeMap(Map):
    """A folium map without outside files, inline script, inline style or viewport of its own."""

    default_js = [("leaflet_js", "vendor/leaflet.js")]  # noqa: RUF012
    default_css = [("leaflet_css", "vendor/leaflet.css"), ("maps_css", "css/maps.css")]  # noqa: RUF012
    _template = Template(
        """
        {% macro html(this, kwargs) %}
        <div class="map-canvas" id="{{ this.get_name() }}"
          role="application" aria-labelledby="on-the-map"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        const {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {
          center: {{ this.location|tojson }}, ...{{ this.options|tojavascript }}
        });
        {% endmacro %}
        """
    )

    def __init__(self, name: str) -> None:
        """Draw all Italy; *name* makes the identifiers the same at every drawing."""
        super().__init__(
            location=ITALY_CENTRE,
            zoom_start=ITALY_ZOOM,
            tiles=None,
        )
        self._id = name
        # Folium leaves the zooms out without tiles; sources are named under the map, not in it;
        # and nothing swoops: movement makes some people ill, and a test would have to wait.
        self.options.update(
            minZoom=4,
            maxZoom=MAX_ZOOM,
            attributionControl=False,
            zoomAnimation=False,
            fadeAnimation=False,
            markerZoomAnimation=False,
        )


class Ground(JSCSSMixin, Layer):
    """What lies under the pins, fetched from this server: land, borders of comuni, one's tiles."""

    default_js = [("land_js", "js/land.js")]  # noqa: RUF012
    _template = Template(
        """
        {% macro script(this, kwargs) %}
        const {{ this.get_name() }} =
          nucleusMap.{{ this.kind }}({{ this._parent.get_name() }}, {{ this.facts|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, kind: str, facts: dict[str, Any]) -> None:
        """Take what it is (a word of ours) and the addresses it is fetched from."""
        super().__init__(name=kind)
        self._name, self._id, self.kind, self.facts = "Ground", kind, kind, facts


class Pins(JSCSSMixin, Layer):
    """Pins fetched as GeoJSON from the address the page's own frame names, in clusters."""

    default_js = [  # noqa: RUF012
        ("cluster_js", "vendor/leaflet.markercluster.js"),
        ("land_js", "js/land.js"),
        ("pins_js", "js/pins.js"),
    ]
    _template = Template(
        """
        {% macro script(this, kwargs) %}
        const {{ this.get_name() }} = nucleusMap.pins({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self) -> None:
        """Stand ready; which pins there are is the page's matter."""
        super().__init__(name="pins")
        self._name, self._id = "Pins", "places"


class Pencil(JSCSSMixin, Layer):
    """Draws an area: corners by click or from the middle of the map, kept in a form as text."""

    default_js = [("land_js", "js/land.js"), ("pencil_js", "js/pencil.js")]  # noqa: RUF012
    _template = Template(
        """
        {% macro script(this, kwargs) %}
        const {{ this.get_name() }} = nucleusPencil({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self) -> None:
        """Stand ready; the corners stand in the page's own form."""
        super().__init__(name="pencil")
        self._name, self._id = "Pencil", "area"


class Drop(JSCSSMixin, Layer):
    """One pin that is put by click, by dragging or with the arrow keys."""

    default_js = [("land_js", "js/land.js"), ("drop_js", "js/drop.js")]  # noqa: RUF012
    _template = Template(
        """
        {% macro script(this, kwargs) %}
        const {{ this.get_name() }} = nucleusMap.drop({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self) -> None:
        """Stand ready; where the pin begins is the page's matter."""
        super().__init__(name="drop")
        self._name, self._id = "Drop", "pin"


HANDS: dict[str, Callable[[], Layer]] = {"pencil": Pencil, "pin": Drop, "secret_pin": Drop}
"""What is done with a map, by its name; on all others there are pins to look at."""


@dataclass(frozen=True)
class Drawing:
    """A map taken apart for a page of our own: paths under *static*, markup, script."""

    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    markup: str
    script: str


@dataclass(frozen=True)
class Base:
    """Where what lies under the pins is fetched from.

    Attributes:
        outline: GeoJSON of the land; always there.
        borders: GeoJSON of comuni, by view; empty when none were taken in.
        towns: GeoJSON of names of towns, by view; they stay away while tiles name them.
        tiles: address of tiles with {z}, {x}, {y}, or empty; theirs is the operator's choice.
        archive: address of the deployment's own PMTiles, or empty.
        reach: south, west, north and east of what the archive covers.
        deepest: the closest zoom that it holds; closer ones are made of it.
    """

    outline: str
    borders: str = ""
    towns: str = ""
    tiles: str = ""
    archive: str = ""
    reach: tuple[float, ...] = ()
    deepest: int = 15

    def layers(self) -> Iterator[Ground]:
        """Give the layers, the lowest first."""
        yield Ground("outline", {"url": self.outline})
        if self.tiles:
            yield Tiles("tiles", {"url": self.tiles})
        if self.archive:
            facts = {"url": self.archive, "reach": self.reach, "deepest": self.deepest}
            yield Archive("archive", facts)
        if self.borders:
            yield Ground("borders", {"url": self.borders})
        if self.towns:
            yield Ground("towns", {"url": self.towns})


class Tiles(Ground):
    """Tiles of a server; what draws them is loaded only where there are some."""

    default_js = [("land_js", "js/land.js"), ("tiles_js", "js/tiles.js")]  # noqa: RUF012


class Archive(Ground):
    """The deployment's own PMTiles; the library that draws them is loaded only where they are."""

    default_js = [  # noqa: RUF012
        ("land_js", "js/land.js"),
        ("tiles_js", "js/tiles.js"),
        ("protomaps_js", "vendor/protomaps-leaflet.js"),
    ]


@lru_cache(maxsize=8)
def draw(name: str, base: Base) -> Drawing:
    """Draw the map called *name*; always the same for the same arguments, so drawn once."""
    drawing = SafeMap(name)
    for layer in base.layers():
        layer.add_to(drawing)
    HANDS.get(name, Pins)().add_to(drawing)
    return _taken_apart(drawing)


def _taken_apart(drawing: SafeMap) -> Drawing:
    """Split folium's page into its files, its markup and its script; the rest is left behind."""
    figure = cast(Figure, drawing.get_root())
    figure.render()
    header = figure.header._children.values()
    return Drawing(
        styles=tuple(dict.fromkeys(each.url for each in header if isinstance(each, CssLink))),
        scripts=tuple(
            dict.fromkeys(each.url for each in header if isinstance(each, JavascriptLink))
        ),
        markup=figure.html.render(),
        script=f'"use strict";\n{{\n{figure.script.render()}\n}}\n',
    )
