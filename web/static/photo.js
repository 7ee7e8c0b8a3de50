// One photo: copying a path, remembering whether the details are open, hiding controls when nothing moves
import { $, $$, on, ready } from "./page.js";
import { toast } from "./toasts.js";
import { words } from "./words.js";

on("click", "[data-copy]", async (event, button) => {
  await navigator.clipboard.writeText(button.dataset.copy);
  toast(words.copied);
});
on("change", "#info", (event, box) => localStorage.setItem("info", box.checked ? "open" : "closed"));
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
  if ($(".photo")) idling = setTimeout(() => document.body.classList.add("idle"), 2000);
}
for (const type of ["pointermove", "pointerdown", "keydown"]) document.addEventListener(type, awake, { passive: true });
document.addEventListener("error", ({ target }) => target.matches?.("img.high") && target.remove(), true);
ready(() => {
  for (const element of $$("[data-copy]")) element.hidden = false;
  const info = $("#info");
  if (info && localStorage.getItem("info") === "closed") info.checked = false;
  awake();
});
