"use strict";
// What the pages do beyond being read: tell how they were read, dismiss, look for newer versions, fill skeletons.
// Everything to read is there without it.

const body = document.body;
const reader = body.dataset.reader || "";
const OUTBOX = "almanac-outbox-" + reader;

// ---------------------------------------------------------------- events: kept here until the server has them
let inMemory = []; // where the browser keeps nothing

function outbox() {
  try { return JSON.parse(localStorage.getItem(OUTBOX)) || inMemory; } catch { return inMemory; }
}

function keep(events) {
  inMemory = [];
  try {
    if (events.length) localStorage.setItem(OUTBOX, JSON.stringify(events.slice(-500)));
    else localStorage.removeItem(OUTBOX);
  } catch { inMemory = events; }
}

function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function note(fields) {
  if (!reader) return Promise.resolve(false);
  const event = { event_id: uuid(), event: "intelligence_interaction", occurred_at: new Date().toISOString(), ...fields };
  if (body.dataset.week && !event.brief_week) event.brief_week = body.dataset.week;
  keep([...outbox(), event]);
  return deliver();
}

let delivering = null;

// Sends what is kept, in order; whatever has an answer is settled, also if it was refused. Ids make repeats harmless.
function deliver() {
  const events = outbox().slice(0, 100);
  if (!events.length) return Promise.resolve(true);
  if (delivering && document.visibilityState === "visible") return delivering.then(() => deliver());
  const request = fetch("/events", {
    method: "POST", keepalive: true, credentials: "same-origin",
    headers: { "Content-Type": "application/json" }, body: JSON.stringify({ events }),
  }).then((response) => {
    if (!response.ok && response.status !== 400 && response.status !== 422) return false;
    const sent = new Set(events.map((event) => event.event_id));
    keep(outbox().filter((event) => !sent.has(event.event_id)));
    return response.ok;
  }).catch(() => false).finally(() => { delivering = null; });
  delivering = request;
  return request;
}

// ---------------------------------------------------------------- how long and how far the page is read
let shownAt = 0, unsent = 0, total = 0, depth = 0;

function measureDepth() {
  const page = document.documentElement;
  depth = Math.max(depth, Math.min(1, (scrollY + innerHeight) / Math.max(1, page.scrollHeight)));
}

function pause() {
  if (!shownAt) return;
  const seconds = (performance.now() - shownAt) / 1000;
  shownAt = 0;
  unsent += seconds;
  total += seconds;
  if (total > 3 && unsent >= 1) {
    note({ component: body.dataset.component, action: "view", engagement_time: Math.min(86400, Math.round(unsent * 10) / 10), scroll_depth: Math.round(depth * 1000) / 1000 });
    unsent = 0;
  }
}

function watchReading() {
  if (!body.dataset.component) return;
  const begin = () => { if (document.visibilityState === "visible" && !shownAt) { shownAt = performance.now(); measureDepth(); } };
  let seen = false;
  const see = () => {
    if (seen || document.visibilityState !== "visible") return;
    seen = true;
    note({ component: body.dataset.component, action: "view" });
  };
  see();
  begin();
  addEventListener("scroll", measureDepth, { passive: true });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") { see(); begin(); } else pause();
  });
  addEventListener("pagehide", pause);
  addEventListener("pageshow", begin);
}

// ---------------------------------------------------------------- buttons
let saying = 0;

function say(text) {
  const place = document.getElementById("said");
  place.textContent = text;
  place.classList.add("on");
  clearTimeout(saying);
  saying = setTimeout(() => place.classList.remove("on"), 4000);
}

function eventOf(button) {
  const { event, component, action, insight, message, reason, week } = button.dataset;
  const fields = {};
  if (event) fields.event = event;
  if (component) fields.component = component;
  if (action) fields.action = action;
  if (insight) fields.insight_key = insight;
  if (message) fields.coaching_message_id = message;
  if (reason) fields.reason = reason;
  if (week) fields.brief_week = week;
  return fields;
}

document.addEventListener("click", async (click) => {
  const button = click.target.closest("[data-send]");
  if (!button) return;
  if (button.matches("a")) { note(eventOf(button)); return; }
  const dialog = button.closest("dialog");
  const { done } = button.dataset;
  if (dialog) dialog.close(); else if (done) { button.disabled = true; button.textContent = done; }
  const sent = await note(eventOf(button));
  if (!sent) say("Noted here; it is sent as soon as the server answers.");
  else if (dialog && done) say(done);
});

document.addEventListener("toggle", (toggled) => {
  const name = toggled.target.dataset && toggled.target.dataset.expand;
  if (name && toggled.target.open) note({ component: name, action: "expand" });
}, true);

// ---------------------------------------------------------------- the brief over the dashboard, once per cycle
function openOverlay() {
  const dialog = document.querySelector("dialog[data-overlay]");
  if (!dialog || dialog.open) return;
  const week = dialog.dataset.overlay, shown = "almanac-shown-" + reader;
  try {
    if (localStorage.getItem(shown) === week) return; // shown, though the server may not know yet
    localStorage.setItem(shown, week);
  } catch { /* private mode: the server alone knows */ }
  const openedAt = performance.now();
  dialog.showModal();
  note({ component: "weekly_brief", action: "view", brief_week: week });
  dialog.addEventListener("close", () => {
    const seconds = (performance.now() - openedAt) / 1000;
    if (seconds > 3) note({ component: "weekly_brief", action: "view", brief_week: week, engagement_time: Math.min(86400, Math.round(seconds * 10) / 10) });
  }, { once: true });
}

function watchMessages() {
  if (!window.IntersectionObserver) return;
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      note({ component: "coaching_message", action: "view", coaching_message_id: entry.target.dataset.seen });
    }
  }, { threshold: 0.5 });
  document.querySelectorAll("[data-seen]").forEach((message) => seen.observe(message));
}

// ---------------------------------------------------------------- what is newer, and what was not there yet
async function fetchPage(address) {
  const response = await fetch(address, { credentials: "same-origin", cache: "no-cache" });
  if (!response.ok || response.redirected) return null;
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

async function lookAgain(tries) {
  const page = await fetchPage(location.href).catch(() => null);
  if (!page) return;
  const content = page.getElementById("content");
  if (page.querySelector("[data-refreshing]") && tries > 0) {
    setTimeout(() => lookAgain(tries - 1), 2000);
    return;
  }
  const before = document.getElementById("content");
  const story = (main) => main.textContent.replace(main.querySelector(".notice")?.textContent || "", "").replace(/\s+/g, " ");
  const changed = story(before) !== story(content);
  if (changed && scrollY > 200) {
    say("There is a newer version: load the page again to read it.");
    return;
  }
  before.replaceChildren(...content.childNodes);
  if (changed) say("This is the newest version now.");
}

async function fill(place, tries) {
  const page = await fetchPage(place.dataset.part).catch(() => null);
  const part = page && page.querySelector("[data-filled]");
  if (part) { place.replaceWith(part); openOverlay(); return; }
  if (tries > 0) setTimeout(() => fill(place, tries - 1), 1500);
  else place.innerHTML = "<p class='notice stale'><strong>This part cannot be read at the moment.</strong> Load the page again in a while.</p>";
}

// What was a person's is nobody's after signing out: neither by the back button nor in this browser's storage. What
// was not sent yet is sent first, as far as that can be done in two seconds.
const SIGN_OUT_WAITS_MS = 2000;

function guardSession() {
  addEventListener("pageshow", (shown) => {
    if (shown.persisted) fetchPage(location.href).then((page) => { if (!page) location.reload(); }).catch(() => {});
  });
  const form = document.querySelector("form[action='/logout']");
  if (!form) return;
  form.addEventListener("submit", (asked) => {
    asked.preventDefault();
    pause();
    const patience = new Promise((done) => setTimeout(done, SIGN_OUT_WAITS_MS));
    Promise.race([deliver(), patience]).finally(() => {
      try { localStorage.removeItem(OUTBOX); } catch { /* there was none */ }
      form.submit();
    });
  });
}

function start() {
  guardSession();
  if (document.querySelector("[data-refreshing]")) setTimeout(() => lookAgain(3), 1200);
  document.querySelectorAll("[data-part]").forEach((place) => fill(place, 4));
  if (body.dataset.again) setTimeout(() => location.reload(), 1000 * Number(body.dataset.again));
  const restored = document.querySelector("[data-re-enable]");
  if (restored) note({ event: "brief_re_enabled", reason: "page_visit" });
  openOverlay();
  watchReading();
  watchMessages();
  deliver();
}

start();
