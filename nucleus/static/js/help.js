// The call for help on a phone with a bad connection. After the press: when five seconds pass and
// no page has come, nobody was told, and the page says so with the numbers that work without us.
// Afterwards: asks again every two seconds, and says so when the answers stay away.

const NOT_SENT = 5000;
const ASK_AGAIN = 2000;
const QUIET_TOO_LONG = 12_000;
const board = document.getElementById("board");
const stale = document.getElementById("stale");
const unsent = document.getElementById("unsent");
let heard = Date.now();

document.getElementById("press")?.addEventListener("submit", () => {
  setTimeout(() => {
    unsent.hidden = false;
    unsent.scrollIntoView({ block: "center" });
  }, NOT_SENT);
});

// Whoever has a finger or the focus on a button keeps it when the words around it change.
function show(markup) {
  const held = document.activeElement?.closest?.("#board form")?.getAttribute("action");
  board.innerHTML = markup;
  if (held) board.querySelector(`form[action="${CSS.escape(held)}"] button`)?.focus();
}

async function askAgain() {
  const seen = board.querySelector("[data-version]")?.dataset.version;
  try {
    const answer = await fetch(board.dataset.part, { headers: { "If-None-Match": `"${seen}"` } });
    if (answer.status === 200) show(await answer.text());
    if (answer.status === 200 || answer.status === 304) heard = Date.now();
  } catch { /* the connection is gone: the notice below says so when it lasts */ }
  stale.hidden = Date.now() - heard < QUIET_TOO_LONG;
}

if (board?.dataset.part) setInterval(askAgain, ASK_AGAIN);
