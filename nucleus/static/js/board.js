// A page that asks again every two seconds: it says what it has already seen, and it says so
// when the answers stay away. Without this file the page is read again by its own link.

const QUIET_TOO_LONG = 12_000;
const board = document.getElementById("board");
const stale = document.getElementById("stale");
let heard = Date.now();

document.addEventListener("htmx:config:request", (event) => {
  const request = event.detail?.ctx?.request;
  const seen = board?.querySelector("[data-version]")?.dataset.version;
  if (request && seen) request.headers["If-None-Match"] = `"${seen}"`;
});

document.addEventListener("htmx:after:request", (event) => {
  const status = event.detail?.ctx?.response?.status ?? event.detail?.ctx?.response?.raw?.status;
  if (status !== 200 && status !== 304) return;
  heard = Date.now();
  if (stale) stale.hidden = true;
});

setInterval(() => {
  if (stale && board?.hasAttribute("hx-get") && Date.now() - heard > QUIET_TOO_LONG) stale.hidden = false;
}, 1000);
