// Keeps the selection of photos, whether they are in the document or not.
import { $, $$, on, ready } from "./page.js";
import { words } from "./words.js";

// It lasts for this tab: over searches, other pages and reloads. Hidden photos and those in the bin are selected apart.
const PLACE = `selected${["/hidden", "/bin"].includes(location.pathname) ? location.pathname : ""}`;
const chosen = new Set();
let last = null;
let begun = false; // on this page, so that Back ends it
const grid = () => $(".grid[data-outline]");
const asked = async (query) =>
  (await fetch(`${grid().dataset.outline.replace("/outline", "/outline/ids")}&${query}`)).json();
export const picked = () => ($(".selection") ? [...chosen] : []);
export const numbered = (count) =>
  count === 1 ? words.one : words.many.replace("%s", count.toLocaleString(document.documentElement.lang));

// Show on a newly inserted tile whether it is selected.
export function marked(tile) {
  const box = $(".pick input", tile);
  if (box) box.checked = chosen.has(box.value);
}
export function tell() {
  for (const tile of $$(".tile")) marked(tile);
  for (const box of $$(".pick-month input")) if (!chosen.size) box.checked = false;
  for (const output of $$("[data-selected]")) output.textContent = numbered(chosen.size);
  const form = $(".selection");
  form?.classList.toggle("chosen", chosen.size > 0);
  document.dispatchEvent(new Event("layer")); // heard by layers.js
}
function save() {
  try {
    sessionStorage.setItem(PLACE, [...chosen].join());
  } catch {
    // too many to be kept
  }
}
function restore() {
  chosen.clear();
  for (const id of sessionStorage.getItem(PLACE)?.split(",") ?? []) if (id) chosen.add(id);
}
function set(ids, choose) {
  for (const id of ids) choose ? chosen.add(id) : chosen.delete(id);
  begun = true;
  save();
  tell();
}
export function selectNothing() {
  chosen.clear();
  save();
  $(".selection")?.classList.remove("selecting");
  last = null;
  tell();
}
// Toggle one photo, or with Shift the range from the last one
export async function pick(id, choose, shift) {
  const from = last;
  last = id;
  set([id], choose);
  if (!shift || !from || from === id) return;
  if (grid()) set(await asked(`from=${from}&to=${id}`), choose);
  else {
    const all = $$(".pick input").map((box) => box.value);
    const [a, b] = [all.indexOf(from), all.indexOf(id)].sort((x, y) => x - y);
    if (a >= 0) set(all.slice(a, b + 1), choose);
  }
}
// Whether it was begun on this page; `?select=1` is a page of its own
export const isSelecting = () =>
  (begun && picked().length > 0) || Boolean($(".selecting") && !new URL(location).searchParams.has("select"));
export const isChosen = (id) => chosen.has(id);
// The photos under a heading; in a list without an outline, the tiles up to the next one
async function photosOf(box) {
  if (grid()) return asked(`${box.dataset.of}=${box.value}`);
  const few = box.closest(".few"); // with its own photos
  if (few) return $$(".pick input", few).map((one) => one.value);
  const ids = [];
  let item = box.closest("li");
  while ((item = item.nextElementSibling) && !item.matches(".month, .sparse"))
    if ($(".pick input", item)) ids.push($(".pick input", item).value);
  return ids;
}
export async function selectAll() {
  set(grid() ? await asked("") : $$(".pick input").map((box) => box.value), true);
}

on("click", ".pick input", (event, box) => pick(box.value, box.checked, event.shiftKey));
on("click", ".pick-month input", async (event, box) => {
  const { checked } = box; // before the answer comes, the circle may be drawn anew
  set(await photosOf(box), checked);
});
on("click", "[data-all]", selectAll);
// Submit selected photos that are not in the document, too.
document.addEventListener("formdata", ({ target, formData }) => {
  if (!target.matches(".selection, .own-act") || !chosen.size) return;
  formData.delete("images");
  for (const id of chosen) formData.append("images", id);
});
// A download must not replace the page: use a separate form, not a fetch.
on("click", "[data-plain]", (event, button) => {
  event.preventDefault();
  const form = Object.assign(document.createElement("form"), {
    method: "post",
    action: button.formAction,
    hidden: true,
  });
  const field = (name, value) => form.append(Object.assign(document.createElement("input"), { name, value }));
  field("next", location.pathname + location.search);
  for (const id of chosen) field("images", id);
  document.body.append(form);
  form.submit();
  form.remove();
});
on("click", "[data-clear]", (event) => {
  event.preventDefault();
  selectNothing();
});
on("click", "[data-select]", (event) => {
  const form = $(".selection");
  if (!form) return;
  event.preventDefault();
  form.classList.add("selecting");
  tell();
});
const idOf = (link) => link.closest(".tile").id.slice(2);
on("click", ".tile a", (event, link) => {
  const form = link.closest(".selection");
  if (held || form?.classList.contains("selecting") || chosen.size) {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!held) pick(idOf(link), !chosen.has(idOf(link)), event.shiftKey);
    held = false;
  }
});

// A long press selects, and so does dragging on from it; with a mouse, drag from a check circle.
let pressing;
let held = false;
let drawing = null;
const under = (event) =>
  document.elementFromPoint(event.clientX, event.clientY)?.closest(".selection .tile:has(.pick)");
on("pointerdown", ".selection .tile", (event, tile) => {
  held = false;
  if (event.button || !$(".pick", tile)) return;
  const id = tile.id.slice(2);
  if (event.pointerType === "mouse") {
    if (event.target.closest(".pick")) drawing = { choose: !chosen.has(id), from: id };
    return;
  }
  pressing = setTimeout(() => {
    held = true;
    drawing = { choose: true, from: id };
    pick(id, true);
  }, 450);
});
document.addEventListener(
  "pointermove",
  (event) => {
    clearTimeout(pressing);
    const id = drawing && under(event)?.id.slice(2);
    if (!id || id === drawing.to || (id === drawing.from && !drawing.to)) return;
    if (!drawing.to) set([drawing.from], drawing.choose);
    drawing.to = id;
    drawing.moved = true;
    last = drawing.from;
    pick(id, drawing.choose, true);
  },
  { passive: true },
);
document.addEventListener("touchmove", (event) => drawing && event.preventDefault(), { passive: false });
for (const type of ["pointerup", "pointercancel", "scroll"])
  document.addEventListener(
    type,
    () => {
      clearTimeout(pressing);
      if (type !== "scroll") drawing = null;
    },
    { passive: true },
  );
on("contextmenu", ".tile a", (event) => held && event.preventDefault());
// What the page itself has checked, a browser brings back with it.
restore();
begun = Boolean(history.state?.layer);
ready(() => {
  for (const id of $$(".pick input:checked").map((box) => box.value)) chosen.add(id);
  tell();
});
// A page that comes back as it was left may have been followed by others.
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  restore();
  tell();
});
