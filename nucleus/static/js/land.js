// What lies under the pins: land, borders, names of towns; and what every map of the house shares.
// Every word of anybody goes onto the page as text, never as markup.
"use strict";

window.nucleusMap = (() => {
  const fetchJson = async (url) => {
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`answer ${answer.status}`);
    return answer.json();
  };

  // On a phone the map waits behind the list: until somebody turns to it, it fetches nothing.
  const whenSeen = (map) => new Promise((seen) => {
    const box = map.getContainer();
    if (box.offsetWidth) { seen(); return; }
    const watch = new ResizeObserver(() => {
      if (!box.offsetWidth) return;
      watch.disconnect();
      map.invalidateSize({ animate: false, pan: false });
      seen();
    });
    watch.observe(box);
  });

  // Who asked for less movement gets none: an arrow key or a drag moves the map at once.
  const keepStill = (map) => {
    if (!window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const panBy = map.panBy.bind(map);
    map.panBy = (offset, options) => panBy(offset, { ...options, animate: false });
    map.options.inertia = false;
  };

  // A little more than the view, so that a small step shows nothing empty; among streets more, so
  // that a popup which moves the map asks nobody.
  const around = (map) => map.getBounds().pad(map.getZoom() < 15 ? 0.2 : 0.5);

  const asked = (map, url, withBox) => {
    const address = new URL(url, window.location.href);
    address.searchParams.set("zoom", map.getZoom());
    const box = around(map);
    const within = (degrees, most) => Math.max(-most, Math.min(most, degrees)).toFixed(4);
    if (withBox) {
      address.searchParams.set("bbox", [
        within(box.getWest(), 180), within(box.getSouth(), 90), within(box.getEast(), 180), within(box.getNorth(), 90),
      ].join(","));
    }
    return address;
  };

  // A pane of its own keeps the land below everything, whichever file arrives first.
  const outline = (map, { url }) => {
    keepStill(map);
    map.createPane("land").style.zIndex = 150; // under the tiles, which stand at 200
    L.control.scale({ imperial: false }).addTo(map);
    const land = L.geoJSON(null, { pane: "land", interactive: false, className: "map-land" });
    whenSeen(map).then(() => fetchJson(url))
      .then((shapes) => land.addData(shapes))
      .catch(() => {}); // without the outline the pins still stand where they are
    return land;
  };

  // Lines above the land and below the pins: what was drawn, borders of towns.
  const lines = (map, pane, height, className) => {
    map.createPane(pane).style.zIndex = height;
    return L.geoJSON(null, { pane, interactive: false, className, smoothFactor: 0.2 });
  };

  // Borders come by view and only near enough to be told apart.
  const borders = (map, { url }) => {
    const layer = lines(map, "borders", 320, "map-border");
    let newest = 0;
    const renew = async () => {
      const mine = ++newest;
      if (map.getZoom() < 9) { layer.clearLayers(); return; }
      try {
        const shapes = await fetchJson(asked(map, url, true));
        if (mine === newest) { layer.clearLayers(); layer.addData(shapes); }
      } catch { /* without borders the pins still stand where they are */ }
    };
    map.on("moveend", renew);
    whenSeen(map).then(renew);
    return layer;
  };

  // Where pins and circles stand: a name under one of them could not be read.
  const BELOW = 30; // pixels from a town to the middle of its name, which clears a circle on the town
  const marksOn = (map) => {
    const marks = [];
    map.eachLayer((layer) => {
      const sign = layer.getElement?.()?.classList;
      if (!sign?.contains("map-pin") && !sign?.contains("map-cluster")) return;
      const { x, y } = map.latLngToContainerPoint(layer.getLatLng());
      marks.push({ x, y: y - BELOW, half: 22, tall: 29 });
    });
    return marks;
  };

  // Names of towns, the best known first; a name without room is left out. Eyes alone need them:
  // whoever hears the page has the list.
  const roomFor = (map, taken, { lat, lng }, name) => {
    const { x, y } = map.latLngToContainerPoint([lat, lng]);
    const half = name.length * 4 + 8;
    const inside = x > half && x < map.getSize().x - half;
    const free = inside && taken.every((other) => Math.abs(other.x - x) > other.half + half || Math.abs(other.y - y) > other.tall);
    if (free) taken.push({ x, y, half, tall: 22 });
    return free;
  };

  const townSign = (name, place) => {
    const word = document.createElement("bdi");
    word.textContent = name;
    const icon = L.divIcon({ html: word, className: "map-town", iconSize: [0, 0] });
    const sign = L.marker(place, { icon, interactive: false, keyboard: false, pane: "towns" });
    sign.on("add", () => sign.getElement().setAttribute("aria-hidden", "true"));
    return sign;
  };

  const nameTowns = (map, group, towns) => {
    const taken = marksOn(map);
    group.clearLayers();
    for (const { properties, geometry } of towns) {
      const place = L.latLng(geometry.coordinates[1], geometry.coordinates[0]);
      if (roomFor(map, taken, place, properties.name)) group.addLayer(townSign(properties.name, place));
    }
  };

  const towns = (map, { url }) => {
    map.createPane("towns").style.zIndex = 330;
    const group = L.layerGroup();
    let newest = 0;
    let known = [];
    const draw = () => nameTowns(map, group, map.getContainer().dataset.ground === "tiles" ? [] : known);
    const renew = async () => {
      const mine = ++newest;
      try {
        const found = await fetchJson(asked(map, url, true));
        if (mine !== newest) return;
        known = found.features;
        map.fire("towns", { known });
        draw();
      } catch { /* without names the pins still stand where they are */ }
    };
    // Once the view rests. The first one is hardly there before the pins move it: they come first.
    let soon = 0;
    const later = () => { clearTimeout(soon); soon = setTimeout(renew, 120); };
    map.on("redrawn", draw);
    whenSeen(map).then(() => map.firstPins).then(() => {
      map.on("moveend ground", later);
      renew();
    });
    return group;
  };

  // The area the page is about; the map opens on it.
  const shape = (map, url) => {
    const layer = lines(map, "shape", 340, "map-shape").addTo(map);
    return fetchJson(url).then((shapes) => {
      layer.addData(shapes);
      return layer.getLayers().length ? layer.getBounds() : null;
    }).catch(() => null);
  };

  return { outline, borders, towns, lines, nameTowns, shape, whenSeen, fetchJson, asked, around };
})();

// Leaflet names its buttons in English; the page says them in the language it is read in.
L.Map.addInitHook(function sayButtons() {
  const box = this.getContainer(), words = box.closest("[data-closer]")?.dataset;
  const say = (part, name) => box.querySelectorAll(`.leaflet-${part}`).forEach((button) => {
    button.title = name;
    button.setAttribute("aria-label", name);
  });
  if (words) say("control-zoom-in", words.closer);
  if (words) say("control-zoom-out", words.wider);
  if (words) this.on("popupopen", () => say("popup-close-button", words.shut));
});

// The frame is hidden until a script runs: who has none sees the list alone and no empty box.
document.querySelectorAll(".map-frame, [data-to-map]").forEach((part) => { part.hidden = false; });
