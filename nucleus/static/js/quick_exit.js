// Leaves at once and leaves nothing on the screen: the button, or Shift three times.
// Runs before the page is drawn, so that it works while the rest is still loading.
(() => {
  "use strict";
  const away = document.currentScript.dataset.away;
  const MARK = "away"; // per tab: after leaving, Back must show nothing of ours

  const leave = () => {
    try { sessionStorage.setItem(MARK, "1"); } catch { /* a browser that keeps nothing is fine */ }
    document.title = "\u200b";
    document.documentElement.replaceChildren();
    location.replace(away);
  };

  const hasLeft = () => {
    try { return sessionStorage.getItem(MARK) === "1"; } catch { return false; }
  };

  const cameByBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  if (hasLeft() && cameByBack) return leave();
  try { sessionStorage.removeItem(MARK); } catch { /* as above */ }
  addEventListener("pageshow", (event) => { if (event.persisted && hasLeft()) leave(); });

  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-leave]")) return;
    event.preventDefault();
    leave();
  });

  // Escape is not used: screen readers and dialogs need it.
  let presses = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift") { presses = []; return; }
    if (event.repeat) return;
    presses = [...presses.filter((at) => event.timeStamp - at < 1500), event.timeStamp];
    if (presses.length === 3) leave();
  });
})();
