// Puts places on a map.
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
    // Once the view rests: the first one is hardly drawn before the pins move it.
    let soon = 0;
    const later = () => { clearTimeout(soon); soon = setTimeout(renew, 120); };
    map.on("moveend ground", later);
    map.on("redrawn", draw);
    whenSeen(map).then(later);
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

  const line = (tag, text, className) => {
    const element = document.createElement(tag);
    element.textContent = text;
    if (className) element.className = className;
    return element;
  };

  const popup = (id, place, words) => {
    const box = document.createElement("div");
    box.className = "map-popup";
    box.append(line("strong", place.name), line("p", words.kinds[place.kind]));
    if (words.states[place.state]) box.append(line("p", words.states[place.state], `is-${place.state}`));
    if (place.roughly) box.append(line("p", words.roughly));
    if (words.fresh[place.days]) box.append(line("p", words.fresh[place.days], "soft"));
    const link = line("a", words.more);
    link.href = words.page + id;
    box.append(link);
    return box;
  };

  // What had the focus last: a popup that closes is gone from the page before it says so.
  let focused = null;
  document.addEventListener("focusin", ({ target }) => { focused = target; });

  // Opened by key or from the list, the popup takes the focus; closed, it gives it back to its pin.
  const followFocus = (marker) => {
    // Leaflet opens the popup before it tells anybody of the key: listen to the key itself.
    marker.on("add", () => marker.getElement().addEventListener("keydown", ({ key }) => { marker.byKey = key === "Enter"; }));
    marker.on("popupopen", ({ popup: opened }) => {
      if (marker.byKey) opened.getElement().querySelector(".map-popup a").focus();
      marker.byKey = false;
    });
    marker.on("popupclose", ({ popup: shut }) => {
      if (shut.getElement()?.contains(focused)) marker.getElement()?.focus({ preventScroll: true });
    });
  };
  const CLOSE = 17; // streets
  const openHere = (marker) => {
    marker.byKey = true;
    marker.openPopup();
  };

  const pin = (feature, words) => {
    const place = feature.properties;
    const [lon, lat] = feature.geometry.coordinates;
    const icon = L.divIcon({ className: `map-pin is-${place.state}`, iconSize: [28, 28], popupAnchor: [0, -12] });
    const marker = L.marker([lat, lon], { icon, title: place.name, alt: place.name, keyboard: true });
    // The padding keeps the popup clear of the zoom buttons on a narrow phone.
    marker.bindPopup(() => popup(feature.id, place, words), { maxWidth: 260, autoPanPaddingTopLeft: [64, 8] });
    // A marker is a button; give it the name a screen reader says.
    marker.on("add", () => marker.getElement().setAttribute("aria-label", place.name));
    followFocus(marker);
    return marker;
  };

  const circle = (count) => {
    const number = document.createElement("span");
    number.textContent = String(count);
    return L.divIcon({ html: number, className: "map-cluster", iconSize: [44, 44] });
  };

  const rules = new Intl.PluralRules(document.documentElement.lang || "it");
  const counted = (forms, number) => (forms[rules.select(number)] || forms.other || forms.many).replace("#", number);

  // Leaflet makes a circle a button without a name: it is called after how many places it holds,
  // and after the nearest town of the view as soon as the towns have come.
  const nameCircles = (map, words) => {
    let towns = [];
    const near = (point) => towns
      .map(({ properties, geometry: { coordinates: [lon, lat] } }) => ({ name: properties.name, far: map.distance(point, [lat, lon]) }))
      .reduce((best, one) => (one.far < best.far ? one : best)).name;
    const name = (layer) => {
      const count = layer.getChildCount ? layer.getChildCount() : layer.options?.count;
      const element = count && layer.getElement();
      if (!element) return;
      const said = towns.length ? counted(words.around, count).replace("TOWN", () => near(layer.getLatLng())) : counted(words.cluster, count);
      element.setAttribute("aria-label", said);
    };
    map.on("layeradd", ({ layer }) => name(layer));
    map.on("towns", ({ known }) => { towns = known; map.eachLayer(name); });
  };

  // Says in words how much a view shows: who can't see the map hears that it answered.
  const say = (map, number, words) => {
    const said = map.getContainer().closest(".map-frame").querySelector("[data-map-said]");
    if (said) said.textContent = counted(words.said, number);
  };

  const inView = (map, features) => {
    const view = map.getBounds();
    const held = (feature) => feature.properties.count || 1;
    return features.filter(({ geometry }) => view.contains([geometry.coordinates[1], geometry.coordinates[0]]))
      .reduce((sum, feature) => sum + held(feature), 0);
  };

  // Few places: all of them are here, and the phone draws together what lies close.
  const fillWhole = (map, home, places, about) => {
    const group = L.markerClusterGroup({
      maxClusterRadius: 50,
      chunkedLoading: true,
      animate: false, // and so no third style sheet
      showCoverageOnHover: false,
      spiderLegPolylineOptions: { className: "map-leg" },
      iconCreateFunction: (cluster) => circle(cluster.getChildCount()),
    });
    nameCircles(map, places.words);
    const placed = places.features.filter((feature) => feature.geometry);
    const pins = new Map(placed.map((feature) => [feature.id, pin(feature, places.words)]));
    group.addLayers([...pins.values()]);
    home.addLayer(group);
    const bounds = about || (placed.length ? group.getBounds() : null);
    if (bounds) map.fitBounds(bounds, { maxZoom: 14, padding: [24, 24], animate: false });
    map.on("moveend", () => say(map, inView(map, placed), places.words));
    say(map, inView(map, placed), places.words);
    map.getContainer().dataset.pins = String(placed.length);
    return ({ id, point }) => {
      map.setView(point, CLOSE, { animate: false });
      if (pins.has(id)) group.zoomToShowLayer(pins.get(id), () => openHere(pins.get(id)));
    };
  };

  const crowdOf = (map, feature) => {
    const [lon, lat] = feature.geometry.coordinates;
    const { count } = feature.properties;
    const marker = L.marker([lat, lon], { icon: circle(count), keyboard: true, count });
    const [west, south, east, north] = feature.bbox;
    const closer = () => map.fitBounds([[south, west], [north, east]], { padding: [24, 24], maxZoom: 17, animate: false });
    marker.on("click", closer).on("keypress", ({ originalEvent }) => { if (originalEvent.key === "Enter") closer(); });
    return marker;
  };

  const fillView = (map, group, places, wanted) => {
    group.clearLayers();
    places.features.filter((feature) => feature.geometry).forEach((feature) => {
      const layer = feature.properties.count ? crowdOf(map, feature) : pin(feature, places.words);
      group.addLayer(layer);
      if (feature.id === wanted && layer.getPopup()) openHere(layer);
    });
    say(map, inView(map, places.features.filter((feature) => feature.geometry)), places.words);
    const told = map.getContainer().dataset;
    told.pins = String(places.features.length);
    told.views = String(Number(told.views || 0) + 1); // so many views were drawn
    map.fire("redrawn");
  };

  const asked = (map, url, withBox) => {
    const address = new URL(url, window.location.href);
    address.searchParams.set("zoom", map.getZoom());
    const box = map.getBounds().pad(0.2);
    const within = (degrees, most) => Math.max(-most, Math.min(most, degrees)).toFixed(4);
    if (withBox) {
      address.searchParams.set("bbox", [
        within(box.getWest(), 180), within(box.getSouth(), 90), within(box.getEast(), 180), within(box.getNorth(), 90),
      ].join(","));
    }
    return address;
  };

  // Many places: the server says what this view shows, and is asked again when the view moves.
  const followView = (map, home, url, { first, failed, about }) => {
    const group = L.featureGroup();
    home.addLayer(group);
    let newest = 0;
    let wanted = null;
    const renew = async () => {
      const mine = ++newest;
      try {
        const places = await fetchJson(asked(map, url, true));
        if (mine !== newest) return; // an older answer that comes late is dropped
        fillView(map, group, places, wanted);
        wanted = null;
      } catch { failed(); }
    };
    nameCircles(map, first.words);
    fillView(map, group, first);
    const bounds = about || (group.getLayers().length ? group.getBounds() : null);
    if (bounds) map.fitBounds(bounds, { maxZoom: 14, padding: [24, 24], animate: false });
    map.on("moveend", renew);
    renew();
    return ({ id, point }) => { wanted = id; map.setView(point, CLOSE, { animate: false }); };
  };

  // Escape closes a popup from wherever the focus is inside the map.
  const closeByKey = (map) => {
    map.getContainer().addEventListener("keydown", ({ key }) => { if (key === "Escape") map.closePopup(); });
  };

  // A circle that opens is gone, and with it the focus of whoever pressed it by key: the map
  // takes it, so that the next Tab goes on from here and not from the top of the page.
  const holdFocus = (map) => {
    const box = map.getContainer();
    let within = false;
    document.addEventListener("focusin", ({ target }) => { within = box.contains(target); });
    map.on("redrawn moveend zoomend", () => setTimeout(() => {
      if (within && document.activeElement === document.body) box.focus({ preventScroll: true });
    }));
  };

  // All places come in columns, which weigh less on the way; here they become places again.
  const unpacked = (places) => {
    if (!places.columns) return places;
    const { id, kind, state, days, roughly, name, lat, lon } = places.columns;
    let south = 0;
    const features = id.map((number, at) => {
      const placed = at < lat.length;
      if (placed) south += lat[at];
      return {
        id: number,
        geometry: placed ? { coordinates: [lon[at] / 1e5, south / 1e5] } : null,
        properties: {
          name: name[at], kind: kind[at], days: days[at],
          state: places.letters[state[at]], roughly: roughly[at] === "1",
        },
      };
    });
    return { whole: places.whole, words: places.words, features };
  };

  const pins = (map) => {
    const frame = map.getContainer().closest("[data-pins-url]");
    const url = frame.dataset.pinsUrl;
    const failed = () => { frame.querySelector("[data-map-failed]").hidden = false; };
    const home = L.layerGroup();
    const region = () => (frame.dataset.shapeUrl ? shape(map, frame.dataset.shapeUrl) : null);
    closeByKey(map);
    holdFocus(map);
    const all = () => {
      const address = asked(map, url, false);
      address.searchParams.set("columns", "1");
      return fetchJson(address).then(unpacked);
    };
    const drawn = whenSeen(map).then(() => Promise.all([all(), region()]))
      .then(([first, about]) => (first.whole
        ? fillWhole(map, home, first, about)
        : followView(map, home, url, { first, failed, about })));
    drawn.catch(failed);
    map.getContainer().addEventListener("show-place", ({ detail }) => drawn.then((show) => show(detail)).catch(() => {}));
    return home;
  };

  return { outline, borders, towns, pins, lines, nameTowns, whenSeen };
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
