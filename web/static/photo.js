// One photo: opening it from its tile, copying a path, hiding controls when nothing moves
import { hear } from "./keys.js";
import { $, $$, on, ready } from "./page.js";
import { toast } from "./toasts.js";
import { words } from "./words.js";

let viewer;
const load = () => (viewer ??= import("./viewing.js").catch(() => (viewer = null)));
on("pointerover", ".tile a", load);
(globalThis.requestIdleCallback ?? setTimeout)(load);
// What is pressed between a click and the viewer is kept for it. Where it can't be had, a link leads on as it does
// without scripts; the click that came last counts.
let coming = null;
async function show(href, image, own) {
  const mine = (coming = []);
  const come = await load();
  if (coming !== mine) return;
  if (come) await come.open(href, image, own);
  else if (!own) location.assign(href);
  if (coming !== mine) return;
  coming = null;
  for (const event of mine)
    (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent(event.type, event));
}
hear((act, event, typing) => {
  if (!coming || typing || !act || act === "open") return false;
  if (act === "back") coming = null;
  else coming.push(event);
  return true;
});
// Selecting comes first (select.js); what opens a new tab stays a link.
const modified = (event) => event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
on("click", ".tile a[href^='/images/']", (event, link) => {
  if (event.defaultPrevented || modified(event)) return;
  event.preventDefault();
  const image = $("img", link);
  image.style.viewTransitionName = "";
  show(link.getAttribute("href"), image);
});

// Pressed and let go in one place, a photo is clicked. The browser tells of no click when the grid was laid out anew
// meanwhile; and where a photo has not come yet, it counts once it is there (grid.js).
const SLOP = 6; // pixels
let pressed = null;
on("pointerdown", ".tile a, .tile:not([id])", (event, element) => {
  pressed = event.pointerType === "mouse" &&
    !modified(event) && { tile: element.closest(".tile"), x: event.clientX, y: event.clientY };
});
addEventListener(
  "click",
  ({ target }) => {
    const tile = target.closest?.(".tile");
    if (tile) pressed = null;
    if (tile?.ghost) tile.wanted = true;
  },
  true,
);
addEventListener(
  "pointerup",
  ({ clientX, clientY }) => {
    const mine = pressed;
    if (!mine || Math.hypot(clientX - mine.x, clientY - mine.y) > SLOP) pressed = null;
    else
      setTimeout(() => {
        if (pressed !== mine) return;
        const { tile } = mine;
        $("a", tile.isConnected ? tile : (tile.real ?? $(`#${tile.id}`) ?? tile))?.click();
      });
  },
  true,
);

on("click", "[data-copy]", async (event, button) => {
  await navigator.clipboard.writeText(button.dataset.copy);
  toast(words.copied);
});
on("change", "#info", (event, box) => {
  document.cookie = `info=${box.checked ? "open" : "closed"}; path=/; max-age=31536000; samesite=lax`;
});
on("click", "[data-back]", (event) => {
  const from = document.referrer && new URL(document.referrer);
  if (from && from.origin === location.origin && !from.pathname.startsWith("/images/")) {
    event.preventDefault();
    history.back();
  }
});
let idling;
function awake() {
  document.body.classList.remove("idle");
  clearTimeout(idling);
  if ($(".photo, #viewer")) idling = setTimeout(() => document.body.classList.add("idle"), 2000);
}
for (const type of ["pointermove", "pointerdown", "keydown", "viewer:opened"])
  document.addEventListener(type, awake, { passive: true });
document.addEventListener("error", ({ target }) => target.matches?.("img.high") && target.remove(), true);
ready(() => {
  for (const element of $$("[data-copy]")) element.hidden = false;
  awake();
});
// A photo's own page becomes the viewer; not while it shows where something was seen.
const own = $(".photo");
if (own && !$("#heat")) show(location.pathname + location.search, $(".low"), own);
