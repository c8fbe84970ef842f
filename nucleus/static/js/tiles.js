// Tiles under the pins, for a house that has some: the address of a server, or one file of its own.
"use strict";

(() => {
  // While tiles are drawn they name the towns; when they fail the outline does, and whoever
  // coordinates is told. Everybody else sees a map as good as it can be, and no fault.
  const drawnBy = (map, what) => {
    map.getContainer().dataset.ground = what;
    map.fire("ground");
  };
  const giveUp = (map, layer) => {
    if (!layer._map) return;
    layer.remove();
    drawnBy(map, "outline");
    for (const told of document.querySelectorAll("[data-ground-failed]")) told.hidden = false;
  };

  const onceSeen = (map, make) => {
    const home = L.layerGroup();
    nucleusMap.whenSeen(map).then(() => home.addLayer(make()));
    return home;
  };

  const MOST_MISSING = 4;
  nucleusMap.tiles = (map, { url }) => {
    const layer = L.tileLayer(url, { maxZoom: 19 });
    let came = 0;
    let missing = 0;
    layer.on("tileload", () => { if (!came++) drawnBy(map, "tiles"); });
    layer.on("tileerror", () => { missing += 1; if (missing >= MOST_MISSING && missing > came) giveUp(map, layer); });
    return onceSeen(map, () => layer);
  };

  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const sheetOf = (map, { url, reach, deepest }) => {
    const [south, west, north, east] = reach;
    const layer = protomapsL.leafletLayer({
      url: new URL(url, window.location.href).href, maxZoom: 19, maxDataZoom: deepest, noWrap: true,
      bounds: [[south, west], [north, east]], lang: document.documentElement.lang,
      flavor: dark.matches ? "dark" : "light", attribution: "",
    });
    // A tile it can't read it would paint over with grey: better none at all.
    for (const view of layer.views.values()) {
      const ask = view.getDisplayTile.bind(view);
      view.getDisplayTile = (place) => ask(place).catch((cause) => {
        if (cause.name !== "AbortError") giveUp(map, layer);
        throw cause;
      });
    }
    layer.once("tileload", () => drawnBy(map, "tiles"));
    return layer;
  };
  nucleusMap.archive = (map, facts) => {
    const home = onceSeen(map, () => sheetOf(map, facts));
    dark.addEventListener("change", () => { home.clearLayers(); home.addLayer(sheetOf(map, facts)); });
    return home;
  };
})();
