// What every page carries. First the way out, which must work while the rest is still loading;
// then small comforts: times that stay true, a countdown, one press that sends once.
// Every page works without this file.

// Leaves at once and leaves nothing on the screen: the button, or Shift three times.
(() => {
  "use strict";
  const away = document.currentScript.dataset.away;
  const MARK = "away"; // per tab: after leaving, Back must show nothing of ours

  const leave = () => {
    try { sessionStorage.setItem(MARK, "1"); } catch (e) { /* a browser that keeps nothing is fine */ }
    document.title = "\u200b";
    document.documentElement.textContent = "";
    // A page that works without a net draws the calendar itself: the address would not answer.
    if (dispatchEvent(new Event("leave", { cancelable: true }))) location.replace(away);
  };

  const hasLeft = () => {
    try { return sessionStorage.getItem(MARK) === "1"; } catch (e) { return false; }
  };

  const [opening] = performance.getEntriesByType("navigation");
  if (hasLeft() && opening && opening.type === "back_forward") { leave(); return; }
  try { sessionStorage.removeItem(MARK); } catch (e) { /* as above */ }
  addEventListener("pageshow", (event) => { if (event.persisted && hasLeft()) leave(); });

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-leave]")) return;
    event.preventDefault();
    leave();
  });

  // Escape is not used: screen readers and dialogs need it.
  let presses = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift") { presses = []; return; }
    if (event.repeat) return;
    presses = presses.filter((at) => event.timeStamp - at < 1500).concat(event.timeStamp);
    if (presses.length === 3) leave();
  });
})();

(() => {
  "use strict";
  const STEPS = [[60, "second", 1], [3600, "minute", 60], [86400, "hour", 3600], [Infinity, "day", 86400]];
  const language = document.documentElement.lang || "it";

  // <time datetime="…" data-ago>: how far that moment is, in the reader's language.
  const ago = (moment) => {
    const seconds = (moment - Date.now()) / 1000;
    const [, unit, size] = STEPS.find(([limit]) => Math.abs(seconds) < limit);
    return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(Math.round(seconds / size), unit);
  };
  const tellTimes = () => {
    for (const mark of document.querySelectorAll("time[data-ago]")) {
      mark.textContent = ago(Date.parse(mark.dateTime));
    }
  };

  // <section data-until="ISO time" data-gone="words"><p data-words>… <b data-seconds>10</b> …</p> buttons
  const countDown = () => {
    for (const box of document.querySelectorAll("[data-until]")) {
      const left = Math.ceil((Date.parse(box.dataset.until) - Date.now()) / 1000);
      const number = box.querySelector("[data-seconds]");
      if (left > 0) { if (number) number.textContent = String(left); continue; }
      for (const button of box.querySelectorAll("button")) button.disabled = true;
      const words = box.querySelector("[data-words]");
      if (box.dataset.gone && words) words.textContent = box.dataset.gone;
      box.removeAttribute("data-until");
    }
  };

  // Whoever signs out leaves no kept list behind, nor in browsers that do not know Clear-Site-Data.
  document.addEventListener("submit", ({ target }) => {
    if (!/\/accounts\/sign-out$/.test(target.getAttribute("action")) || !("caches" in window)) return;
    caches.keys().then((names) => names.forEach((name) => caches.delete(name))).catch(() => {});
  });

  // A frightened thumb presses twice: the second press of the same form is swallowed.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
  });
  const release = () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  };
  addEventListener("pageshow", release);
  document.addEventListener("htmx:after:request", release);
  document.addEventListener("htmx:after:swap", tellTimes);

  document.addEventListener("DOMContentLoaded", () => { tellTimes(); countDown(); });
  setInterval(tellTimes, 20000);
  setInterval(countDown, 500);
})();
