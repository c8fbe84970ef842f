// The call for help on a phone with a bad connection. The press is sent from here, so that the page
// with its numbers stays when the network is gone: after five seconds without an answer it says that
// nobody was told. Afterwards it asks again every two seconds, and says so when no answer comes.

const NOT_SENT = 5000;
const ASK_AGAIN = 2000;
const QUIET_TOO_LONG = 12_000;
const board = document.getElementById("board");
const stale = document.getElementById("stale");
const unsent = document.getElementById("unsent");
let heard = Date.now();

const form = document.getElementById("press");

function sayUnsent() {
  unsent.hidden = false;
  unsent.scrollIntoView({ block: "center" });
  delete form.dataset.sent; // may be pressed again: the same showing of the form counts once
}

async function send() {
  const waiting = setTimeout(sayUnsent, NOT_SENT);
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    await answer.text();
    if (answer.redirected) location.assign(answer.url);
    else form.submit(); // something needs another look: the browser shows it
  } catch {
    sayUnsent();
  }
  clearTimeout(waiting);
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!form.dataset.sent) send();
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

// Where this telephone is: asked once, on a tap, and sent with the press alone, never by itself.
const here = document.getElementById("here");
if (here && "geolocation" in navigator) {
  const button = here.querySelector("button");
  const [found, refused] = ["[data-found]", "[data-refused]"].map((part) => here.querySelector(part));
  const say = (told) => {
    found.hidden = told !== found;
    refused.hidden = told !== refused;
    button.disabled = false;
  };
  here.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      form.elements.spot.value = `${coords.latitude.toFixed(5)},${coords.longitude.toFixed(5)}`;
      form.querySelector('[name="place"][value="exact"]').checked = true;
      say(found);
    }, () => say(refused), { timeout: 10000, enableHighAccuracy: true });
  });
}
