// One photo: opening it from its tile, copying a path, hiding controls when nothing moves
import { $, $$, on, ready } from "./page.js";
import { toast } from "./toasts.js";
import { words } from "./words.js";

let viewer;
const load = () => (viewer ??= import("./viewer.js"));
on("pointerover", ".tile a", load);
(globalThis.requestIdleCallback ?? setTimeout)(load);
// Selecting comes first (select.js); what opens a new tab stays a link.
on("click", ".tile a[href^='/images/']", async (event, link) => {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  $("img", link).style.viewTransitionName = "";
  (await load()).open(link.getAttribute("href"), $("img", link));
});

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
for (const type of ["pointermove", "pointerdown", "keydown", "viewer:opened"]) document.addEventListener(type, awake, { passive: true });
document.addEventListener("error", ({ target }) => target.matches?.("img.high") && target.remove(), true);
ready(() => {
  for (const element of $$("[data-copy]")) element.hidden = false;
  awake();
});
// A photo's own page becomes the viewer; not while it shows where something was seen.
const own = $(".photo");
if (own && !$("#heat")) load().then(({ open }) => open(location.pathname + location.search, $(".low"), own));
