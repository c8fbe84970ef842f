// Puts places on a map: pins, circles of many, and what a pin says when it is pressed.
// Every word of anybody goes onto the page as text, never as markup.
"use strict";

(() => {
  const { fetchJson, asked, around, shape, whenSeen } = nucleusMap;

  const line = (tag, text, className) => {
    const element = document.createElement(tag);
    element.textContent = text;
    if (className) element.className = className;
    return element;
  };

  const popup = (id, place, words) => {
    const box = document.createElement("div");
    box.className = "map-popup";
    const name = line("strong", "");
    name.append(line("bdi", place.name)); // it may run in the other direction than the page
    box.append(name, line("p", words.kinds[place.kind]));
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
  const NEAREST = 8;
  const openHere = (marker) => {
    marker.byKey = true;
    marker.openPopup();
  };

  // Between the zoom buttons and the other edge, and no taller than the map: on a narrow phone
  // a popup would run out of it, and Leaflet could move the map as it liked.
  const BUTTONS = 64;
  const AROUND = { width: 44, height: 72 }; // what is not text: margins, tip, pin
  const fitPopup = (marker) => {
    const { x, y } = marker._map.getSize();
    Object.assign(marker.getPopup().options, {
      maxWidth: Math.max(140, Math.min(260, x - BUTTONS - AROUND.width)),
      maxHeight: Math.max(120, y - AROUND.height),
    });
  };

  const pin = (feature, words) => {
    const place = feature.properties;
    const [lon, lat] = feature.geometry.coordinates;
    const icon = L.divIcon({ className: `map-pin is-${place.state}`, iconSize: [28, 28], popupAnchor: [0, -12] });
    const marker = L.marker([lat, lon], { icon, title: place.name, alt: place.name, keyboard: true });
    marker.bindPopup(() => {
      fitPopup(marker);
      return popup(feature.id, place, words);
    }, { autoPanPaddingTopLeft: [BUTTONS, 8], autoPanPaddingBottomRight: [8, 8] });
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

  // What lies close is drawn together by the phone; doors on one point open like a spider's legs.
  const groupOf = (how) => L.markerClusterGroup({
    maxClusterRadius: 50,
    animate: false, // and so no third style sheet
    showCoverageOnHover: false,
    spiderLegPolylineOptions: { className: "map-leg" },
    iconCreateFunction: (cluster) => circle(cluster.getChildCount()),
    ...how,
  });

  // From the list to the pin, out of whatever circle it is in. The library's own way opens a circle
  // while the map still zooms, and the end of that zoom folds it again.
  const reveal = (map, group, marker) => {
    if (group.getVisibleParent(marker) !== marker) map.setView(marker.getLatLng(), map.getMaxZoom(), { animate: false });
    const shown = group.getVisibleParent(marker);
    if (shown !== marker) shown.spiderfy();
    openHere(marker);
  };

  // Few places: all of them are here. They are put down piece by piece; no pin is shown before.
  const fillWhole = (map, home, places, about) => {
    let allStand;
    const standing = new Promise((resolve) => { allStand = resolve; });
    const group = groupOf({ chunkedLoading: true, chunkProgress: (done, all) => { if (done === all) allStand(); } });
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
    return async ({ id, point }) => {
      map.setView(point, CLOSE, { animate: false });
      await standing;
      if (pins.has(id)) reveal(map, group, pins.get(id));
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

  // A pin that stays in view stays as it is, with its popup and the focus inside it.
  const renewPins = ({ group, pins }, features, words) => {
    const alone = new Map(features.map((feature) => [feature.id, feature]));
    const gone = [...pins.keys()].filter((id) => !alone.has(id));
    const come = [...alone.values()].filter(({ id }) => !pins.has(id));
    // Even an empty list of changes would fold a circle that was opened.
    if (gone.length) group.removeLayers(gone.map((id) => pins.get(id)));
    for (const id of gone) pins.delete(id);
    for (const feature of come) pins.set(feature.id, pin(feature, words));
    if (come.length) group.addLayers(come.map(({ id }) => pins.get(id)));
  };

  const tellView = (map, { features, words }) => {
    say(map, inView(map, features.filter((feature) => feature.geometry)), words);
    const told = map.getContainer().dataset;
    told.pins = String(features.length);
    told.views = String(Number(told.views || 0) + 1); // so many views were drawn
    map.fire("redrawn");
  };

  const fillView = (map, drawn, places) => {
    const placed = places.features.filter((feature) => feature.geometry);
    const crowds = placed.filter((feature) => feature.properties.count);
    drawn.circles.clearLayers();
    for (const feature of crowds) drawn.circles.addLayer(crowdOf(map, feature));
    renewPins(drawn, placed.filter((feature) => !feature.properties.count), places.words);
    tellView(map, places);
    return crowds.length;
  };

  // Many places: the server says what this view shows, and is asked again when the view moves.
  // An answer without circles knows every door: it holds as long as the view stays inside it.
  const followView = (map, home, url, { first, failed, about }) => {
    const drawn = { circles: L.featureGroup(), group: groupOf(), pins: new Map() };
    let newest = 0;
    let latest = null;
    let known = first;
    let held = null;
    const renew = async () => {
      const mine = ++newest;
      if (held?.contains(map.getBounds())) { tellView(map, known); return; }
      try {
        const box = around(map);
        const places = await fetchJson(asked(map, url, true));
        if (mine !== newest) return; // an older answer that comes late is dropped
        known = places;
        held = fillView(map, drawn, places) ? null : box;
      } catch { failed(); }
    };
    home.addLayer(drawn.circles).addLayer(drawn.group);
    nameCircles(map, first.words);
    fillView(map, drawn, first);
    const bounds = about || L.latLngBounds(first.features.filter(({ geometry }) => geometry).map(({ geometry: { coordinates: [lon, lat] } }) => [lat, lon]));
    if (bounds.isValid()) map.fitBounds(bounds, { maxZoom: 14, padding: [24, 24], animate: false });
    map.on("moveend", () => { latest = renew(); });
    latest = renew();
    return async ({ id, point }) => {
      map.setView(point, CLOSE, { animate: false });
      await latest;
      if (drawn.pins.has(id)) reveal(map, drawn.group, drawn.pins.get(id));
    };
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

  // Who asked what is near a town begins there: with the nearest of the list, not with all of Italy.
  const nearest = () => {
    const points = [...document.querySelectorAll("[data-point]")].slice(0, NEAREST)
      .map(({ dataset }) => dataset.point.split(",").map(Number));
    return document.querySelector("[data-nearest-first]") && points.length ? L.latLngBounds(points).pad(1) : null;
  };

  nucleusMap.pins = (map) => {
    const frame = map.getContainer().closest("[data-pins-url]");
    const url = frame.dataset.pinsUrl;
    const failed = () => { frame.querySelector("[data-map-failed]").hidden = false; };
    const home = L.layerGroup();
    const region = () => (frame.dataset.shapeUrl ? shape(map, frame.dataset.shapeUrl) : nearest());
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
    map.firstPins = drawn.catch(failed); // drawn or not: what waits for them goes on
    map.getContainer().addEventListener("show-place", ({ detail }) => drawn.then((show) => show(detail)).catch(() => {}));
    return home;
  };
})();
