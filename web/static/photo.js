// A single photo: opens it from its tile, copies its path, hides the controls when the pointer rests
import { hear } from "./keys.js";
import { $, $$, on, ready } from "./page.js";
import { toast } from "./toasts.js";
import "./videos.js";
import { words } from "./words.js";

let viewer;
const load = () => (viewer ??= import("./viewing.js").catch(() => (viewer = null)));
on("pointerover", ".tile a", load);
(globalThis.requestIdleCallback ?? setTimeout)(load);
// Keys pressed between a click and the viewer's arrival are queued for it, and so is what is typed after that of a menu,
// with Enter. If the viewer can't be loaded, follow the link as without scripts. The last click wins.
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
  if (!coming || typing) return false;
  if (act === "back") coming = null;
  else if (act === "open" ? coming.length : act || event.key?.length === 1) coming.push(event);
  else return false;
  return true;
});
// Selecting takes precedence (select.js); clicks that open a new tab are left alone.
const modified = (event) => event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
on("click", ".tile a[href^='/images/']", (event, link) => {
  if (event.defaultPrevented || modified(event)) return;
  event.preventDefault();
  const image = $("img", link);
  image.style.viewTransitionName = "";
  show(link.getAttribute("href"), image);
});

// Press and release in one place count as a click, even if the grid was laid out again in between and the browser fires
// no click event. A click on a photo that is still loading takes effect once it is there (grid.js).
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
// Turn a photo's own page into the viewer, unless it shows where the model saw something.
const own = $(".photo");
if (own && !$("#heat")) show(location.pathname + location.search, $(".low"), own);
