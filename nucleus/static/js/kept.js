// The kept list: says what is open now from the hours it carries, finds words in it, and lets this
// browser keep or forget it. It sends nothing. Without this file the list is as complete.
"use strict";

(() => {
  const words = document.currentScript.dataset;
  const main = document.getElementById("main");
  const { asOf, days, page, list, worker, calendar, shown } = main.dataset;
  const away = document.querySelector("[data-leave]").getAttribute("href");
  const look = document.querySelector("style");
  const language = document.documentElement.lang;
  const from = Math.floor(Date.parse(asOf) / 60000);
  const last = Number(days) * 1440;
  const part = (name) => document.querySelector(`[data-${name}]`);
  const show = (name, yes) => { if (part(name)) part(name).hidden = !yes; };
  const zone = { timeZone: "Europe/Rome" };
  const tongue = `${language}-u-nu-latn`; // the digits of the rest of the page
  const inWords = (moment, how) => new Intl.DateTimeFormat(tongue, Object.assign({}, zone, how)).format(moment);

  // ---- what is open now -----------------------------------------------------------------------
  const SOON = 30; // minutes
  const SLOW = 10; // a clock may be so many minutes behind
  const spells = (said) => said.split(" ").filter(Boolean).map((each) => {
    const [, opens, sign, closes] = /^(\d+)([-?])(\d+)$/.exec(each);
    return { opens: Number(opens), closes: Number(closes), certain: sign === "-" };
  });
  const UNKNOWN = { state: "unknown" };

  const doorAt = (known, minute) => {
    if (minute < -SLOW || minute >= last) return UNKNOWN; // the phone's clock is wrong, or we know no more
    const now = known.find(({ opens, closes }) => opens <= Math.max(minute, 0) && Math.max(minute, 0) < closes);
    if (now && !now.certain) return UNKNOWN;
    if (now) return { state: "open", closes: now.closes < last ? now.closes : null };
    const next = known.find(({ opens, certain }) => certain && opens > minute);
    return { state: "closed", opens: next ? next.opens : null };
  };

  const momentOf = (minute) => new Date((from + minute) * 60000);
  const dayOf = (moment) => inWords(moment, { year: "numeric", month: "numeric", day: "numeric" });
  const timeOf = (moment) => inWords(moment, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

  const opensWords = (moment) => {
    const time = timeOf(moment);
    const now = Date.now();
    if (dayOf(moment) === dayOf(new Date(now))) return words.today.replace("{time}", time);
    if (dayOf(moment) === dayOf(new Date(now + 86400000))) return words.tomorrow.replace("{time}", time);
    const near = moment - now < 6 * 86400000;
    const day = inWords(moment, near ? { weekday: "long" } : { day: "numeric", month: "long" });
    return words.later.replace("{day}", day).replace("{time}", time);
  };

  const closesWords = (moment, minute, closes) => {
    const sameDay = dayOf(moment) === dayOf(new Date());
    const time = sameDay ? timeOf(moment) : `${inWords(moment, { day: "numeric", month: "short" })} ${timeOf(moment)}`;
    return `${words.closes} ${time}${closes - minute <= SOON ? ` (${words.soon})` : ""}`;
  };

  const SHAPES = { open: "coming", closed: "over", unknown: "unsure" };
  const tellDoor = (place, minute) => {
    const door = doorAt(spells(place.dataset.doors), minute);
    const line = place.querySelector("[data-door]");
    const sign = document.createElement("span");
    sign.className = `state ${SHAPES[door.state]}`;
    sign.textContent = words[door.state];
    const next = document.createElement("span");
    next.className = "soft";
    if (door.closes) next.textContent = closesWords(momentOf(door.closes), minute, door.closes);
    else if (door.opens) next.textContent = `${words.opens} ${opensWords(momentOf(door.opens))}`;
    line.replaceChildren(sign, " ", next);
    line.hidden = false;
    place.dataset.state = door.state;
  };

  const tellAge = (minute) => {
    const old = Math.max(0, minute) / 1440;
    show("old", old > 31);
    const ago = new Intl.RelativeTimeFormat(tongue, { numeric: "auto" });
    part("ago").textContent = old < 1 ? "" : `(${ago.format(-Math.floor(old), "day")})`;
  };

  const places = Array.from(document.querySelectorAll("[data-doors]"));
  const tell = () => {
    const minute = Math.floor(Date.now() / 60000) - from;
    places.forEach((place) => tellDoor(place, minute));
    tellAge(minute);
    if (places.length) sift();
  };

  // ---- finding words; what is typed stays nowhere ---------------------------------------------
  const plain = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  const texts = new Map(places.map((place) => [place, plain(place.textContent)]));
  const typed = document.getElementById("words");
  const openNow = document.getElementById("open");

  const sift = () => {
    const wanted = plain(typed.value).split(/\s+/).filter(Boolean);
    const fits = (place) => wanted.every((word) => texts.get(place).includes(word)) && (!openNow.checked || place.dataset.state === "open");
    places.forEach((place) => { place.hidden = !fits(place); });
    document.querySelectorAll("[data-list-itself] section").forEach((kind) => {
      kind.hidden = !kind.querySelector("[data-doors]:not([hidden])");
    });
    const left = places.filter((place) => !place.hidden).length;
    part("found").textContent = shown.replace("{shown}", left).replace("{all}", places.length);
  };

  // ---- keeping and forgetting -----------------------------------------------------------------
  const KEPT = "kept-list";
  const MOST = 3 * 1024 * 1024;
  const WAIT = 15000;
  const isFile = !location.protocol.startsWith("http");
  const able = !isFile && window.isSecureContext && "serviceWorker" in navigator && "caches" in window;

  const kept = async () => ((await caches.has(KEPT)) ? (await caches.open(KEPT)).match(page) : undefined);

  const forget = async () => {
    await caches.delete(KEPT);
    const home = await navigator.serviceWorker.getRegistration(page);
    if (home) await home.unregister();
  };

  // Asks as a stranger: nothing that only members may know can come, whoever is signed in here.
  const fetched = async () => {
    const answer = await fetch(list, { credentials: "omit", cache: "no-store" }).catch(() => null);
    if (!answer || !answer.ok || answer.redirected) throw new Error("net");
    if ((await answer.clone().blob()).size > MOST) throw new Error("room");
    return answer;
  };

  const atWork = async () => {
    await navigator.serviceWorker.register(worker);
    const late = new Promise((_go, no) => { setTimeout(() => no(new Error("refused")), WAIT); });
    await Promise.race([navigator.serviceWorker.ready, late]);
  };

  const keep = async () => {
    const answer = await fetched();
    const before = await kept();
    try {
      await (await caches.open(KEPT)).put(page, answer);
      await atWork();
    } catch (cause) {
      if (!before) await forget().catch(() => {});
      throw cause;
    }
    history.replaceState(null, "", page); // a bookmark of this says nothing of where
  };

  const why = (cause) => {
    if (cause.name === "QuotaExceededError" || cause.message === "room") return "room";
    return cause.message === "net" ? "net" : "refused";
  };
  const turnTo = (name) => { // what was pressed is gone, and with it the place of who reads by ear
    part(name).tabIndex = -1;
    part(name).focus();
  };
  const tellFailed = (name) => document.querySelectorAll("[data-failed]").forEach((each) => {
    each.hidden = each.dataset.failed !== name;
  });

  const tellKept = async () => {
    const one = await kept();
    const same = Boolean(one) && one.url === new URL(list, location.href).href;
    show("kept", same);
    show("offer", !same);
    show("other", Boolean(one) && !same);
    show("removal", Boolean(one));
  };

  const pressKeep = async ({ currentTarget }) => {
    const button = currentTarget;
    button.disabled = true;
    tellFailed("");
    show("gone", false);
    try {
      await keep();
      await tellKept();
      turnTo("kept");
    } catch (cause) {
      tellFailed(why(cause));
    }
    button.disabled = false;
  };

  const pressRemove = async () => {
    await forget();
    part("list-itself").replaceChildren();
    document.querySelectorAll("main > section").forEach((each) => { each.hidden = true; });
    show("gone", true);
    turnTo("gone");
  };

  const begin = async () => {
    part("address").textContent = new URL(page, location.href).href;
    part("keep").addEventListener("click", pressKeep);
    part("remove").addEventListener("click", pressRemove);
    await tellKept();
    if (!part("kept").hidden) part("list-itself").after(part("keeping")); // who needs it now reads it first
  };

  // ---- leaving: the calendar is drawn here, since without a net no other page would come ---------
  const cell = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });
  const monthOf = (today) => {
    const body = document.createElement("tbody");
    const first = new Date(today.getFullYear(), today.getMonth(), 1);
    const start = 1 - ((first.getDay() + 6) % 7);
    const end = new Date(today.getFullYear(), today.getMonth() + 1, 0).getDate();
    for (let day = start; day <= end; day += 7) {
      const week = document.createElement("tr");
      for (let at = day; at < day + 7; at += 1) {
        const box = cell("td", at > 0 && at <= end ? String(at) : "");
        if (at === today.getDate()) box.setAttribute("aria-current", "date");
        week.append(box);
      }
      body.append(week);
    }
    const month = document.createElement("table");
    month.className = "month";
    month.append(body);
    return month;
  };

  addEventListener("leave", (event) => {
    event.preventDefault();
    try { history.replaceState(null, "", away); } catch (e) { /* a file keeps its address */ }
    const today = new Date();
    const format = (how) => new Intl.DateTimeFormat(language, how).format(today);
    const body = document.createElement("body");
    const sheet = document.createElement("main");
    const day = cell("p", format({ weekday: "long", day: "numeric" }));
    day.className = "figure";
    sheet.append(cell("h1", format({ month: "long", year: "numeric" })), day, monthOf(today));
    body.append(sheet);
    const head = document.createElement("head");
    head.append(look, cell("title", calendar));
    document.documentElement.append(head, body);
  });

  // ---- begin ----------------------------------------------------------------------------------
  if (places.length) {
    show("sift", true);
    typed.addEventListener("input", sift);
    openNow.addEventListener("change", sift);
  }
  tell();
  show("instead", !isFile && location.pathname !== page);
  setInterval(tell, 30000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) tell(); });
  if (able) begin().catch(() => show("cannot", true));
  else show("cannot", true);
})();
