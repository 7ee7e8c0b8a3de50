// Back closes what is open, the topmost first, before it leaves the page: a dialog, a menu, the selection. Each has an
// entry of the history above that of the page, pushed when it opens. One that was closed otherwise leaves its entry;
// Back passes over it. The viewer has an entry of its own (viewing.js).
import { current } from "./list.js";
import { $, shut } from "./page.js";
import { isSelecting, selectNothing } from "./select.js";

const LAYERS = [
  { open: isSelecting, close: selectNothing },
  { open: () => $("details.menu[open]"), close: shut },
  { open: () => $("#more:popover-open"), close: (more) => more.hidePopover() },
  { open: () => $("dialog[open]"), close: (dialog) => dialog.close() },
];
const depth = () => history.state?.layer ?? 0;
const layers = () => LAYERS.filter(({ open }) => open());
let at = depth(); // of the entry that one is on

function opening() {
  if ($("#viewer")) return;
  const restoring = history.scrollRestoration;
  while (depth() < layers().length) {
    history.scrollRestoration = "manual"; // going back to this entry must not scroll
    history.pushState({ ...history.state, layer: depth() + 1 }, "");
    history.scrollRestoration = restoring;
  }
  at = depth();
}
addEventListener(
  "popstate",
  (event) => {
    const from = at;
    at = depth();
    if (at >= from || $("#viewer")) return;
    event.stopImmediatePropagation();
    const open = layers();
    if (open.length <= at) return history.back(); // that one is closed already
    const top = open.at(-1);
    top.close(top.open());
    if (current()) history.replaceState({ ...history.state, grid: current().seen() }, "");
  },
  true,
);
document.addEventListener("toggle", ({ target, newState }) => (target.open || newState === "open") && opening(), true);
document.addEventListener("layer", opening);
