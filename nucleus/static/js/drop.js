// Puts one pin: by click, by dragging, with the arrow keys, or as numbers in a field.
// The towns around come with the page: where the pin is said to be, no other machine learns.
"use strict";

window.nucleusMap.drop = (map) => {
  const METRES = [1, 10, 100, 1000];
  const frame = map.getContainer().closest("[data-drop]");
  const field = document.getElementById(frame.dataset.drop);
  const says = frame.querySelector("[data-says]");
  const towns = JSON.parse(frame.dataset.towns);
  const words = frame.dataset;
  const decimal = /^\s*(-?\d{1,2}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)\s*$/;
  let step = 1;

  const start = L.latLng(Number(words.lat), Number(words.lon));
  const icon = L.divIcon({ className: "map-drop", iconSize: [36, 36], iconAnchor: [18, 18] });
  const marker = L.marker(start, { icon, draggable: true, autoPan: true, keyboard: true });

  const nearest = (point) => towns
    .map(([name, lat, lon]) => ({ name, metres: map.distance(point, [lat, lon]) }))
    .reduce((best, one) => (one.metres < best.metres ? one : best));

  const tell = (point) => {
    const town = nearest(point);
    const km = (town.metres / 1000).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
    says.textContent = words.near.replace("TOWN", town.name).replace("KM", km);
  };

  // The towns came with the page: they are named without asking anybody.
  map.createPane("towns").style.zIndex = 330;
  const signs = L.layerGroup().addTo(map);
  const signed = towns.map(([label, lat, lon]) => (
    { properties: { name: label.replace(/ \(..\)$/, "") }, geometry: { coordinates: [lon, lat] } }
  ));
  map.on("zoomend", () => nucleusMap.nameTowns(map, signs, signed));

  const put = (point, { written = true } = {}) => {
    const wrapped = point.wrap();
    marker.setLatLng(wrapped);
    if (!map.getBounds().pad(-0.1).contains(wrapped)) map.panTo(wrapped, { animate: false });
    if (written) field.value = `${wrapped.lat.toFixed(6)}, ${wrapped.lng.toFixed(6)}`;
    tell(wrapped);
  };

  const move = (east, north) => {
    const { lat, lng } = marker.getLatLng();
    const degree = 111320;
    const metres = METRES[step];
    put(L.latLng(
      Math.max(-89, Math.min(89, lat + (north * metres) / degree)),
      lng + (east * metres) / (degree * Math.cos((lat * Math.PI) / 180)),
    ));
  };

  const pace = (more) => {
    step = Math.max(0, Math.min(METRES.length - 1, step + more));
    says.textContent = words.step.replace("METRES", METRES[step]);
  };

  // While the pin has the focus its keys are its own; the map keeps them everywhere else.
  const KEYS = {
    ArrowUp: () => move(0, 1), ArrowDown: () => move(0, -1),
    ArrowRight: () => move(1, 0), ArrowLeft: () => move(-1, 0),
    "+": () => pace(1), "=": () => pace(1), "-": () => pace(-1),
  };
  const onKey = (event) => {
    const act = KEYS[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };

  marker.on("add", () => {
    const element = marker.getElement();
    element.setAttribute("aria-label", words.label);
    element.setAttribute("aria-describedby", words.help);
    element.addEventListener("keydown", onKey);
  });
  marker.on("dragend", () => put(marker.getLatLng()));
  map.on("click", ({ latlng }) => put(latlng));
  field.addEventListener("change", () => {
    const found = decimal.exec(field.value);
    if (found) put(L.latLng(Number(found[1]), Number(found[2])), { written: false });
  });
  map.setView(start, Number(words.zoom), { animate: false });
  nucleusMap.nameTowns(map, signs, signed);
  map.getContainer().dataset.ready = "yes";
  return marker;
};
