// Draws an area: a press on the map, or Enter over its middle, adds a corner. The corners stand as
// text in the form, one a line, so that a keyboard, a screen reader and a map say the same.
"use strict";

window.nucleusPencil = (map) => {
  const form = document.querySelector("[data-pencil]");
  const { corners, centre, km } = form.elements;
  const home = L.layerGroup();
  const draft = nucleusMap.lines(map, "draft", 340, "map-shape").addTo(home);
  const number = "(-?\\d{1,3}(?:[.,]\\d+)?)";
  const pair = new RegExp(`^\\s*${number}\\s*(?:[;/\\s]|,\\s)\\s*${number}\\s*$`);

  const read = (text) => {
    const found = pair.exec(text);
    return found && [found[1], found[2]].map((part) => Number(part.replace(",", ".")));
  };
  const rings = () => corners.value.replaceAll("\r", "").split(/\n\s*\n/)
    .map((block) => block.split("\n").map(read).filter(Boolean)).filter((ring) => ring.length);

  const draw = () => {
    draft.clearLayers();
    home.eachLayer((layer) => { if (layer !== draft) home.removeLayer(layer); });
    const drawn = rings();
    for (const ring of drawn) {
      const points = [...ring, ring[0]].map(([lat, lon]) => [lon, lat]);
      draft.addData({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: points } });
      ring.forEach(([lat, lon], at) => home.addLayer(dot(lat, lon, at)));
    }
    const middle = read(centre.value);
    if (middle && Number(km.value) > 0) home.addLayer(ringAround(middle));
    map.getContainer().dataset.corners = String(drawn.flat().length);
    say(drawn);
  };
  const dot = (lat, lon, at) => {
    const mark = document.createElement("span");
    mark.textContent = String(at + 1);
    const icon = L.divIcon({ html: mark, className: "map-number", iconSize: [26, 26] });
    return L.marker([lat, lon], { icon, keyboard: false, interactive: false });
  };
  const ringAround = ([lat, lon]) => L.circle([lat, lon], {
    radius: Number(km.value) * 1000, interactive: false, className: "map-shape",
  });

  const said = form.querySelector("[data-map-said]");
  const say = (drawn) => { said.textContent = said.dataset.words.replace("#", String(drawn.flat().length)); };
  const add = ({ lat, lng }) => {
    const typed = corners.value.replace(/\s+$/, "");
    corners.value = `${typed}${typed ? "\n" : ""}${lat.toFixed(5)} ${lng.toFixed(5)}`;
    draw();
  };
  const undo = () => {
    corners.value = corners.value.replace(/\s+$/, "").split("\n").slice(0, -1).join("\n");
    draw();
  };

  map.on("click", ({ latlng }) => add(latlng));
  map.getContainer().addEventListener("keydown", (event) => {
    if (event.target !== map.getContainer()) return;
    if (event.key === "Enter") { event.preventDefault(); add(map.getCenter()); }
    if (event.key === "Backspace") { event.preventDefault(); undo(); }
  });
  form.querySelector("[data-add-corner]").addEventListener("click", () => add(map.getCenter()));
  form.querySelector("[data-undo-corner]").addEventListener("click", undo);
  for (const field of [corners, centre, km]) field.addEventListener("input", draw);

  draw();
  const known = rings().flat();
  const middle = read(centre.value);
  if (middle && Number(km.value) > 0) {
    const around = L.latLng(middle).toBounds(Number(km.value) * 2000);
    known.push(...[around.getSouthWest(), around.getNorthEast()].map(({ lat, lng }) => [lat, lng]));
  }
  if (known.length) map.fitBounds(known, { maxZoom: 14, padding: [24, 24], animate: false });
  return home;
};
