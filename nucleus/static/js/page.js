// Small comforts: spoken times that stay true, a countdown that can be undone, one press that sends once.
// Every page works without this file.

const language = document.documentElement.lang || "it";
const spoken = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "long" });
const STEPS = [[60, "second", 1], [3600, "minute", 60], [86400, "hour", 3600], [Infinity, "day", 86400]];

/** Say how far a moment is, in the reader's language. */
export function ago(moment, now = Date.now()) {
  const seconds = (moment - now) / 1000;
  const [, unit, size] = STEPS.find(([limit]) => Math.abs(seconds) < limit);
  return spoken.format(Math.round(seconds / size), unit);
}

function tellTimes(root = document) {
  for (const mark of root.querySelectorAll("time[data-ago]")) {
    mark.textContent = ago(Date.parse(mark.dateTime));
  }
}

// <p data-until="ISO time" data-gone="words">… <b data-seconds>10</b> …</p>
function countDown() {
  for (const box of document.querySelectorAll("[data-until]")) {
    const left = Math.ceil((Date.parse(box.dataset.until) - Date.now()) / 1000);
    const number = box.querySelector("[data-seconds]");
    if (left > 0 && number) number.textContent = String(left);
    if (left <= 0) {
      for (const button of box.querySelectorAll("button")) button.disabled = true;
      if (box.dataset.gone) box.querySelector("[data-words]")?.replaceChildren(box.dataset.gone);
      box.removeAttribute("data-until");
    }
  }
}

// A frightened thumb presses twice: the second press of the same form is swallowed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
// htmx puts new pieces into the page and sends forms itself: those may be sent again.
document.addEventListener("htmx:after:swap", () => tellTimes());
document.addEventListener("htmx:after:request", (event) => { delete event.target?.dataset?.sent; });

tellTimes();
countDown();
setInterval(() => tellTimes(), 20_000);
if (document.querySelector("[data-until]")) setInterval(countDown, 500);
