// Finds "near where I am now", only when somebody presses the button.
"use strict";

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
