// Gives back the one list that somebody asked this browser to keep, when there is no net. It reaches
// no further than its own folder, keeps nothing by itself, and answers two pages only:
//   keep   the list itself: the newest there is, the kept one when none comes
//   show   the live page: untouched, the kept list when the net is gone
// With nothing kept it takes itself away.
"use strict";

const KEPT = "kept-list";
const LIST = new URL("keep", self.location.href).pathname;
const LIVE = new URL("show", self.location.href).pathname;
const PATIENCE = 6000; // a phone without credit often hangs instead of failing
const MOST = 3 * 1024 * 1024;

self.addEventListener("install", () => { self.skipWaiting(); });

const kept = async () => {
  if (await caches.has(KEPT)) return (await caches.open(KEPT)).match(LIST);
  return undefined;
};

// Asks as a stranger would: what comes is what everybody may know, whoever is signed in here.
const ask = async (address) => {
  const control = new AbortController();
  const limit = setTimeout(() => control.abort(), PATIENCE);
  try {
    const answer = await fetch(address, { credentials: "omit", cache: "no-store", signal: control.signal });
    const { size } = await answer.clone().blob(); // all of it has come
    return { answer, good: answer.ok && !answer.redirected && size <= MOST };
  } finally {
    clearTimeout(limit);
  }
};

// What is kept gives way to the same list, newer; or, when that is over, to the list of all. A house
// that says that there is no list any more has nothing kept either.
const renewed = async (old) => {
  const { searchParams } = new URL(old.url);
  let said;
  for (const address of [old.url, `${LIST}?lang=${searchParams.get("lang") || ""}`]) {
    said = await ask(address);
    if (said.good && await caches.has(KEPT)) { // taken away while we asked, it stays away
      await (await caches.open(KEPT)).put(LIST, said.answer.clone()).catch(() => {});
    }
    if (said.good) return said.answer;
    if (said.answer.status !== 404 && said.answer.status !== 410) return old;
  }
  await caches.delete(KEPT);
  self.registration.unregister();
  return said.answer;
};

const list = async (request) => {
  const old = await kept();
  if (!old) { self.registration.unregister(); return fetch(request); }
  const { search } = new URL(request.url);
  if (search && request.url !== old.url) return fetch(request).catch(() => old);
  return renewed(old).catch(() => old);
};

const live = (request) => fetch(request).catch(async (cause) => {
  const old = await kept();
  if (old) return old;
  throw cause;
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode !== "navigate" || request.method !== "GET") return;
  const { pathname } = new URL(request.url);
  if (pathname === LIST) event.respondWith(list(request));
  else if (pathname === LIVE) event.respondWith(live(request));
});
