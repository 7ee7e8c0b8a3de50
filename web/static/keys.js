// All keys of the pages, and the help made from them. Handled by the viewer, the map, the album or the page.
import { $, $$ } from "./page.js";
import { words } from "./words.js";

// Action -> its keys. Each is in a row of the help (keys.html). Enter is handled by the browser.
export const KEYS = {
  walk: "ArrowLeft ArrowRight ArrowUp ArrowDown",
  open: "Enter",
  back: "Escape",
  select: "x",
  all: "Ctrl+a",
  carry: "Alt+ArrowLeft Alt+ArrowRight Alt+ArrowUp Alt+ArrowDown",
  album: "a",
  category: "c",
  date: "d",
  hide: "h",
  bin: "b Delete",
  favorite: "f",
  rate: "1 2 3 4 5",
  zero: "0",
  edit: "e",
  keywords: "k",
  people: "p",
  place: "l",
  rotateleft: "< [",
  rotateright: "> ] r",
  mirror: "m",
  info: "i",
  slideshow: "s",
  full: "v",
  play: "Space",
  zoom: "z",
  nearer: "+ =",
  farther: "-",
  search: "/",
  help: "?",
};
const ACTS = new Map(Object.entries(KEYS).flatMap(([act, keys]) => keys.split(" ").map((key) => [key, act])));
const PLACES = { BracketLeft: "[", BracketRight: "]", Slash: "/", Minus: "-", Equal: "=" };
const SHOWN = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", Space: words.space };

// The key as the table calls it, also with Caps Lock. Where the keyboard writes another alphabet, it is the key in the
// same place of an English one.
export function letter({ key = "", code = "" }) {
  // both missing when the browser fills in a form
  if (key === " ") return "Space";
  if (key.length > 1 || key <= "\x7f" || /\p{Script=Latin}/u.test(key)) return key.length > 1 ? key : key.toLowerCase();
  return PLACES[code] ?? code.replace(/^(Key|Digit|Numpad)(?=\w$)/, "").toLowerCase();
}

// Add a handler, called before the earlier ones, with the action, the event, and whether the user is typing. It returns
// true: handled; false: ask the next handler; null or undefined: leave the key to the browser.
const ears = [];
export const hear = (ear) => ears.unshift(ear);
addEventListener(
  "keydown",
  (event) => {
    const { target } = event;
    const held = (event.ctrlKey || event.metaKey ? "Ctrl+" : "") + (event.altKey ? "Alt+" : "");
    const act = ACTS.get(held + letter(event));
    if ((held && !act) || $("dialog[open]") || event.isComposing) return;
    const own = new CustomEvent("act", { detail: { act, key: event.key }, cancelable: true });
    if (act && target.matches?.("[role=combobox]") && !target.dispatchEvent(own)) return event.preventDefault();
    const typing = Boolean(target.matches?.("input:not([type=checkbox]), select, textarea"));
    for (const ear of ears) {
      const done = ear(act, event, typing);
      if (done) event.preventDefault();
      if (done !== false) return;
    }
  },
  true,
);

export function help() {
  const dialog = $("#keys");
  for (const row of $$("[data-acts]:not(:has(dt))", dialog)) {
    const keys = new Set(row.dataset.acts.split(" ").flatMap((act) => KEYS[act].split(/ |(?<=\w)\+/)));
    const term = document.createElement("dt");
    for (const key of keys) {
      term.append(Object.assign(document.createElement("kbd"), { textContent: SHOWN[key] ?? key }), " ");
    }
    row.prepend(term);
  }
  dialog.showModal();
  document.dispatchEvent(new Event("layer")); // heard by layers.js
  return true;
}
