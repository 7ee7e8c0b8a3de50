// Key actions on a page, and menus that close on a click elsewhere
import { heart, say } from "./give.js";
import { hear, help, letter } from "./keys.js";
import { $, $$, on, shut } from "./page.js";
import { isChosen, pick, picked, selectAll, selectNothing } from "./select.js";
import { nearer } from "./zoom.js";

on("click", "body", (event) => {
  if (event.target.closest("dialog")) return; // a question about what was typed into the menu
  for (const one of $$("details.menu[open]")) if (!one.contains(event.target)) one.open = false;
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
function walk({ key, target, shiftKey }) {
  const up = key === "ArrowUp" || key === "ArrowLeft";
  const month = target.closest(".scrubber li");
  if (month) {
    (up ? month.previousElementSibling : month.nextElementSibling)?.firstElementChild.focus();
    return true;
  }
  if ($(".photo")) return $({ ArrowLeft: ".prev", ArrowRight: ".next" }[key] ?? "none")?.click();
  const link = nextTile(target.closest(".tile a"), key);
  if (!link) return false;
  link.focus({ preventScroll: true });
  link.scrollIntoView({ block: "nearest" });
  if (shiftKey) {
    const from = target.closest(".tile");
    if (from && !picked().length) pick(from.id.slice(2), true);
    pick(link.closest(".tile").id.slice(2), true, true);
  }
  return true;
}
function back(event, typing) {
  const opened = $("details.menu[open]");
  if (opened) shut(opened);
  else if (picked().length || $(".selecting")) selectNothing();
  else if (!typing) $("[data-back]")?.click();
}
function menu(event) {
  const opened = picked().length && $(`.selbar details[data-key=${letter(event)}]`);
  if (!opened) return false;
  opened.open = true;
  $("input, select", opened).focus();
  return true;
}
const rotate =
  (by) =>
  ({ target }) =>
    say(target, "rotate", () => ({ by }));
const editing = () => menu({ key: "e" });
const rate = (event) => say(event.target, "set-rating", () => ({ rating: letter(event) }));
const acts = {
  walk,
  // From a check box, Enter would send the form around the photos.
  open: ({ target }) => target.matches(".pick input"),
  back,
  select({ target, shiftKey }) {
    const tile = target.closest(".tile") ?? $(".tile:hover");
    const id = tile && $(".pick", tile) && tile.id.slice(2);
    if (id) pick(id, !isChosen(id), shiftKey);
  },
  all: () => Boolean($(".selection .tile")) && Boolean(selectAll()),
  album: menu,
  category: menu,
  date: menu,
  favorite: ({ target }) => say(target, "set-favorite", heart),
  rate,
  zero: rate,
  rotateleft: rotate("left"),
  rotateright: rotate("right"),
  mirror: rotate("mirror"),
  edit: editing,
  keywords: editing,
  people: editing,
  place: editing,
  hide: () => (picked().length || $(".photo")) && $("[data-key=h]")?.click(),
  bin: () => picked().length && $("[data-key=b]")?.click(),
  info: () => $("#info")?.click(),
  nearer: () => nearer(1),
  farther: () => nearer(-1),
  search() {
    const field = $("[type=search]");
    if (field) field.focus();
    else location.assign("/search");
    return true;
  },
  help,
};
hear((act, event, typing) => Boolean((["back", "open"].includes(act) || !typing) && acts[act]?.(event, typing)));
