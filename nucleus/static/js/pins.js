// Puts places on a map, and finds "near where I am now".
// Every word of anybody goes onto the page as text, never as markup.
"use strict";

window.nucleusMap = (() => {
  const fetchJson = async (url) => {
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`answer ${answer.status}`);
    return answer.json();
  };

  // A pane of its own keeps the land below everything, whichever file arrives first.
  const outline = (map, url) => {
    map.createPane("land").style.zIndex = 200;
    const land = L.geoJSON(null, { pane: "land", interactive: false, className: "map-land" });
    fetchJson(url)
      .then((shapes) => land.addData(shapes))
      .catch(() => {}); // without the outline the pins still stand where they are
    return land;
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
    box.append(line("strong", place.name), line("p", place.category));
    if (words.states[place.state]) box.append(line("p", words.states[place.state], `is-${place.state}`));
    if (place.roughly) box.append(line("p", words.roughly));
    const link = line("a", words.more);
    link.href = words.page + id;
    box.append(link);
    return box;
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
    return marker;
  };

  const circle = (count) => {
    const number = document.createElement("span");
    number.textContent = String(count);
    return L.divIcon({ html: number, className: "map-cluster", iconSize: [44, 44] });
  };

  // Leaflet makes a cluster a button without a name; say how many places it holds.
  const named = (layer, count, words) => {
    const element = layer.getElement();
    if (element) element.setAttribute("aria-label", words.cluster.replace("#", count));
  };

  const nameClusters = (group, words) => {
    group._featureGroup.on("layeradd", ({ layer }) => {
      if (layer.getChildCount) named(layer, layer.getChildCount(), words);
    });
  };

  // Few places: all of them are here, and the phone draws together what lies close.
  const fillWhole = (map, home, places) => {
    const group = L.markerClusterGroup({
      maxClusterRadius: 50,
      chunkedLoading: true,
      animate: false, // and so no third style sheet
      showCoverageOnHover: false,
      spiderLegPolylineOptions: { className: "map-leg" },
      iconCreateFunction: (cluster) => circle(cluster.getChildCount()),
    });
    nameClusters(group, places.words);
    const placed = places.features.filter((feature) => feature.geometry);
    group.addLayers(placed.map((feature) => pin(feature, places.words)));
    home.addLayer(group);
    if (placed.length) map.fitBounds(group.getBounds(), { maxZoom: 14, padding: [24, 24], animate: false });
    map.getContainer().dataset.pins = String(placed.length);
  };

  const crowdOf = (map, feature, words) => {
    const [lon, lat] = feature.geometry.coordinates;
    const { count } = feature.properties;
    const marker = L.marker([lat, lon], { icon: circle(count), keyboard: true });
    const [west, south, east, north] = feature.bbox;
    const closer = () => map.fitBounds([[south, west], [north, east]], { padding: [24, 24], maxZoom: 17, animate: false });
    marker.on("click", closer).on("keypress", ({ originalEvent }) => { if (originalEvent.key === "Enter") closer(); });
    marker.on("add", () => named(marker, count, words));
    return marker;
  };

  const fillView = (map, group, places) => {
    group.clearLayers();
    places.features.filter((feature) => feature.geometry).forEach((feature) => {
      const layer = feature.properties.count ? crowdOf(map, feature, places.words) : pin(feature, places.words);
      group.addLayer(layer);
    });
    map.getContainer().dataset.pins = String(places.features.length);
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
  const followView = (map, home, url, { first, failed }) => {
    const group = L.featureGroup();
    home.addLayer(group);
    let newest = 0;
    const renew = async () => {
      const mine = ++newest;
      try {
        const places = await fetchJson(asked(map, url, true));
        if (mine === newest) fillView(map, group, places); // an older answer that comes late is dropped
      } catch { failed(); }
    };
    fillView(map, group, first);
    if (group.getLayers().length) map.fitBounds(group.getBounds(), { maxZoom: 14, padding: [24, 24], animate: false });
    map.on("moveend", renew);
    renew();
  };

  const pins = (map) => {
    const frame = map.getContainer().closest("[data-pins-url]");
    const url = frame.dataset.pinsUrl;
    const failed = () => { frame.querySelector("[data-map-failed]").hidden = false; };
    const home = L.layerGroup();
    fetchJson(asked(map, url, false))
      .then((first) => (first.whole ? fillWhole(map, home, first) : followView(map, home, url, { first, failed })))
      .catch(failed);
    return home;
  };

  return { outline, pins };
})();

// The frame is hidden until a script runs: who has none sees the list alone and no empty box.
document.querySelectorAll(".map-frame, [data-to-map]").forEach((part) => { part.hidden = false; });

// "Near where I am now": asks the browser once, sends the point in a form, never in an address.
document.querySelectorAll("[data-near-me]").forEach((form) => {
  if (!("geolocation" in navigator)) return;
  form.hidden = false;
  const button = form.querySelector("button");
  const refused = form.querySelector("[data-refused]");

  const send = ({ coords }) => {
    form.elements.lat.value = coords.latitude.toFixed(3); // about a hundred metres is near enough
    form.elements.lon.value = coords.longitude.toFixed(3);
    form.submit();
  };
  const apologise = () => {
    refused.hidden = false;
    button.disabled = false;
  };

  button.addEventListener("click", () => {
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(send, apologise, { timeout: 10000, maximumAge: 60000 });
  });
});
