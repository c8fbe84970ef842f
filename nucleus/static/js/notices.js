// Shows notices while every page is closed, and leads to their page. It reads no other page and
// keeps nothing: what a notice says comes encrypted, and is neutral on a locked screen.

self.addEventListener("install", () => { self.skipWaiting(); });
self.addEventListener("activate", (event) => { event.waitUntil(self.clients.claim()); });

self.addEventListener("push", (event) => {
  let said = {};
  try { said = event.data.json(); } catch { /* a notice we cannot read is still a notice */ }
  const rtl = ["ar", "fa", "he", "ur"].includes(said.lang);
  event.waitUntil(self.registration.showNotification(said.title || "…", {
    body: said.body || "",
    lang: said.lang || "",
    dir: rtl ? "rtl" : "ltr",
    tag: said.tag || "notice",
    renotify: true,
    requireInteraction: Boolean(said.urgent),
    data: { url: said.url, deeds: Object.fromEntries((said.actions || []).map((each) => [each.deed, each.url])) },
    actions: (said.actions || []).map((each) => ({ action: each.deed, title: each.title })),
  }));
});

async function answer(url, deed) {
  const body = new URLSearchParams({ deed });
  const sent = await fetch(url, { method: "POST", body, credentials: "omit", redirect: "manual" });
  if (!sent.ok && sent.type !== "opaqueredirect") throw new Error(String(sent.status));
}

async function open(url) {
  if (url && new URL(url, self.location.href).origin === self.location.origin) await self.clients.openWindow(url);
}

self.addEventListener("notificationclick", (event) => {
  const { url, deeds } = event.notification.data || {};
  event.notification.close();
  const pressed = deeds && deeds[event.action];
  // An answer that did not go through opens the page, where it can be given again.
  event.waitUntil(pressed ? answer(pressed, event.action).catch(() => open(pressed)) : open(url));
});
