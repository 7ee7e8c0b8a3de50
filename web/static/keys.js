// Keys, and menus that close when one turns elsewhere
import { $, $$, on } from "./page.js";
import { isChosen, pick, picked, selectAll, selectNothing } from "./select.js";
import { nearer } from "./zoom.js";

on("click", "body", (event) => {
  for (const menu of $$("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
function nextTile(from, key) {
  const links = $$(".tile a");
  const index = links.indexOf(from);
  if (index < 0) return links.find((link) => link.getBoundingClientRect().top >= 0) ?? links[0];
  if (key === "ArrowLeft") return links[index - 1];
  if (key === "ArrowRight") return links[index + 1];
  const here = from.getBoundingClientRect();
  const middle = here.left + here.width / 2;
  const step = key === "ArrowDown" ? 1 : -1;
  let best = null;
  let row = null;
  for (let i = index + step; links[i]; i += step) {
    const box = links[i].getBoundingClientRect();
    if (Math.abs(box.top - here.top) < 8) continue;
    if (row !== null && Math.abs(box.top - row) > 8) break;
    row = box.top;
    const distance = Math.abs(box.left + box.width / 2 - middle);
    if (!best || distance < best.distance) best = { link: links[i], distance };
  }
  return best?.link;
}
function open(key) {
  const menu = $(`.selbar details[data-key=${key}]`);
  if (!menu || !picked().length) return;
  menu.open = true;
  $("input, select", menu).focus();
}
document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  const typing = target.matches("input:not([type=checkbox]), select, textarea");
  if (key === "Escape") {
    const menu = $("details.menu[open]");
    if (menu) menu.open = false;
    else if (picked().length || $(".selecting")) selectNothing();
    else if (!typing) $("[data-back]")?.click();
    return;
  }
  if (key === "a" && (event.ctrlKey || event.metaKey) && !typing && $(".selection .tile")) {
    event.preventDefault();
    selectAll();
    return;
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
  const scrubbing = target.closest?.(".scrubber li");
  if (key.startsWith("Arrow") && scrubbing) {
    const to =
      key === "ArrowUp" || key === "ArrowLeft" ? scrubbing.previousElementSibling : scrubbing.nextElementSibling;
    to?.firstElementChild.focus();
    event.preventDefault();
  } else if ($(".photo")) {
    if (key === "ArrowLeft") $(".prev")?.click();
    else if (key === "ArrowRight") $(".next")?.click();
    else if (key === "i") $("#info").click();
  } else if (key.startsWith("Arrow")) {
    const link = nextTile(target.closest?.(".tile a"), key);
    if (link) {
      event.preventDefault();
      link.focus({ preventScroll: true });
      link.scrollIntoView({ block: "nearest" });
      if (event.shiftKey) {
        const from = target.closest?.(".tile");
        if (from && !picked().length) pick(from.id.slice(2), true);
        pick(link.closest(".tile").id.slice(2), true, true);
      }
    }
  } else if (key.toLowerCase() === "x") {
    const tile = target.closest?.(".tile") ?? $(".tile:hover");
    const id = tile?.id.slice(2);
    if (!id || !$(".pick", tile)) return;
    pick(id, !isChosen(id), event.shiftKey);
  }
  if (key === "h" && (picked().length || $(".photo"))) $("[data-key=h]")?.click();
  if (key === "a" || key === "c" || key === "d") {
    open(key);
    if ($("details.menu[open]")) event.preventDefault();
  } else if (key === "/") {
    event.preventDefault();
    const field = $("[type=search]");
    if (field) field.focus();
    else location.assign("/search");
  } else if (key === "+" || key === "-") nearer(key === "+" ? 1 : -1);
  else if (key === "?") $("#keys").showModal();
});
