// A page that stays true while the network comes and goes. It asks again every two seconds, more
// rarely when no answer comes, and says since when it has heard nothing. What was pressed without a
// connection is kept and can be sent again. Without this file the page is read again by its own link.
//
//   <div id="board" data-part="/…/board-part" data-version=…>   what changes; asked again
//   <div data-keeps="/…/board">                                 its forms are sent from here
//   #stale with [data-since] and [data-again]; #unsent with [data-what] and [data-again]

const EVERY = 2000;
const ASIDE = 15_000; // the page is not looked at
const SLOWEST = 30_000;
const LOST_AFTER = 6000;
const GIVE_UP = 8000;
const board = document.getElementById("board");
const stale = document.getElementById("stale");
const unsent = document.getElementById("unsent");
const language = document.documentElement.lang || "it";
let every = Number(board?.dataset.every) || EVERY;
let pause = every;
let heard = Date.now();
let timer = 0;
let asking = false;
let pending = []; // { action, body, what, then }

async function reach(address, options = {}) {
  const control = new AbortController();
  const limit = setTimeout(() => control.abort(), GIVE_UP);
  try {
    return await fetch(address, { redirect: "manual", signal: control.signal, ...options });
  } finally {
    clearTimeout(limit);
  }
}

function tellStale() {
  if (!stale) return;
  const lost = Date.now() - heard > LOST_AFTER + (document.hidden ? ASIDE : every);
  const since = stale.querySelector("[data-since]");
  if (since && lost && stale.hidden) {
    since.dateTime = new Date(heard).toISOString();
    since.textContent = new Date(heard).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  }
  stale.hidden = !lost;
  document.documentElement.toggleAttribute("data-lost", lost);
}

function show(markup) {
  if (window.htmx?.swap) {
    window.htmx.swap({ sourceElement: board, target: board, swap: "innerMorph", text: markup });
    return;
  }
  const held = document.activeElement?.closest?.("#board form")?.getAttribute("action");
  board.innerHTML = markup;
  if (held) board.querySelector(`form[action="${CSS.escape(held)}"] button`)?.focus();
}

async function askAgain() {
  clearTimeout(timer);
  if (asking) return;
  asking = true;
  try {
    const seen = board.querySelector("[data-version]")?.dataset.version;
    const answer = await reach(board.dataset.part, seen ? { headers: { "If-None-Match": `"${seen}"` } } : {});
    if (answer.type === "opaqueredirect" || answer.status === 404) { location.reload(); return; }
    if (answer.status !== 200 && answer.status !== 304) throw new Error(String(answer.status));
    if (answer.status === 200 && board.dataset.quiet === undefined) show(await answer.text());
    heard = Date.now();
    pause = every;
  } catch {
    pause = Math.min(pause * 2, SLOWEST);
  }
  asking = false;
  tellStale();
  timer = setTimeout(askAgain, document.hidden ? Math.max(pause, ASIDE) : pause);
}

function tellUnsent() {
  if (!unsent) return;
  unsent.hidden = pending.length === 0;
  unsent.querySelector("[data-what]").textContent = pending.map((one) => one.what).join(" · ");
  if (pending.length) unsent.scrollIntoView({ block: "center" });
}

// A 303 says that it was done, and its cookie carries the words to show on the page that follows.
async function send(one) {
  const answer = await reach(one.action, { method: "POST", body: one.body });
  if (answer.type !== "opaqueredirect") throw new Error(String(answer.status));
}

async function sendAll() {
  const first = pending[0];
  try {
    while (pending.length) {
      await send(pending[0]);
      pending = pending.slice(1);
    }
    location.assign(first.then);
    if (first.then === location.pathname + location.search) location.reload();
  } catch {
    tellUnsent();
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const keeper = form.closest?.("[data-keeps]");
  if (!keeper || !unsent || event.defaultPrevented) return;
  event.preventDefault();
  const button = event.submitter;
  const body = new FormData(form);
  if (button?.name) body.append(button.name, button.value);
  const what = [form.dataset.who, button?.textContent.trim()].filter(Boolean).join(": ");
  pending = pending.filter((one) => one.action !== form.action);
  pending.push({ action: form.action, body, what, then: keeper.dataset.keeps });
  sendAll().finally(() => { delete form.dataset.sent; });
});

for (const button of document.querySelectorAll("#stale [data-again], #unsent [data-again]")) {
  button.addEventListener("click", () => (button.closest("#unsent") ? sendAll() : askAgain()));
}
if (board?.dataset.part) {
  timer = setTimeout(askAgain, pause);
  addEventListener("online", askAgain);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) askAgain(); });
  setInterval(tellStale, 1000);
}
