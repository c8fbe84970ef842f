// "Near where I am now": asks the browser only after a tap, and sends the point in a form, never
// in an address. A tap on another page is remembered until this one is here.
"use strict";

(() => {
  const TAPPED = "nucleus-near-me";

  document.querySelectorAll("[data-near-me-next]").forEach((link) => {
    link.addEventListener("click", () => sessionStorage.setItem(TAPPED, "1"));
  });

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
