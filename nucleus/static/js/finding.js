// What a script adds where places are found. The pages are whole without this file.
"use strict";

// "Near me": asks the browser only after a tap, and sends the point in a form, never in an
// address. A tap on another page is remembered until this one is here.
(() => {
  const TAPPED = "nucleus-near-me";

  document.querySelectorAll("[data-near-me-next]").forEach((link) => {
    link.addEventListener("click", () => sessionStorage.setItem(TAPPED, "1"));
  });

  document.querySelectorAll("[data-near-me]").forEach((form) => {
    if (!("geolocation" in navigator)) return;
    form.hidden = false;
    document.querySelectorAll("[data-near-me-said]").forEach((said) => { said.hidden = false; });
    const button = form.querySelector("button");
    const refused = document.querySelector("[data-refused]");

    const send = ({ coords }) => {
      form.elements.lat.value = coords.latitude.toFixed(3); // about a hundred metres is near enough
      form.elements.lon.value = coords.longitude.toFixed(3);
      form.submit();
    };
    const apologise = () => {
      refused.hidden = false;
      button.disabled = false;
    };
    const ask = () => {
      button.disabled = true;
      refused.hidden = true;
      navigator.geolocation.getCurrentPosition(send, apologise, { timeout: 10000, maximumAge: 60000 });
    };

    button.addEventListener("click", ask);
    if (sessionStorage.getItem(TAPPED)) {
      sessionStorage.removeItem(TAPPED);
      ask();
    }
  });
})();

// On a phone the list and the map take turns; what is chosen says how many places it would find.
(() => {
  const places = document.querySelector(".places");
  if (!places) return;
  const MAP = "#on-the-map";
  const turns = document.querySelectorAll(".turns a");

  // Every way on from here keeps to what was looked at, list or map.
  const keep = (hash) => {
    for (const link of document.querySelectorAll(".asking a[href$='#found'], .asking a[href$='#on-the-map']")) link.hash = hash;
    for (const form of document.querySelectorAll(".asking form")) form.action = form.action.replace(/#.*$/, hash);
  };
  const turn = (hash) => {
    if (hash && hash !== MAP && hash !== "#found") return;
    places.dataset.turn = hash === MAP ? "map" : "list";
    for (const link of turns) {
      if (link.hash === (hash || "#found")) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    if (hash) keep(hash);
  };
  // Before the browser goes there: it can't scroll to what is hidden.
  document.addEventListener("click", ({ target }) => {
    const link = target.closest("a[href^='#']");
    if (link) turn(link.hash);
  });
  // From a place in the list to its pin.
  const canvas = places.querySelector(".map-canvas");
  for (const link of places.querySelectorAll("[data-show-pin]")) {
    link.hidden = false;
    link.addEventListener("click", () => {
      const detail = { id: Number(link.dataset.showPin), point: link.dataset.point.split(",").map(Number) };
      setTimeout(() => canvas.dispatchEvent(new CustomEvent("show-place", { detail }))); // the map is there by then
    });
  }
  addEventListener("hashchange", () => turn(location.hash));
  turn(location.hash);

  const form = document.querySelector("[data-asking]");
  if (!form) return;
  const said = form.querySelector("[data-would-be]");
  let newest = 0;
  const ask = async () => {
    const mine = ++newest;
    const address = new URL(form.action);
    address.search = new URLSearchParams(new FormData(form)).toString();
    address.hash = "";
    try {
      const answer = await fetch(address, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.getElementById("found");
      if (mine === newest) said.textContent = found ? `${said.dataset.words} ${found.firstChild.textContent}` : "";
    } catch { said.textContent = ""; }
  };
  form.addEventListener("change", ask);
})();
