// What happens to a page with a list of photos (list.js): it is laid out whole, scrolled, resized, printed, fetched anew,
// and returned to from a photo.
import { anew } from "./anew.js";
import { current, focus, List } from "./list.js";
import { $, $$, ready } from "./page.js";

const seen = () => document.dispatchEvent(new Event("grid:seen")); // heard by scrubber.js

let asked = null; // the grid whose outline is on its way
async function start(grid) {
  const answer = await fetch(grid.dataset.outline);
  const outline = answer.ok && (await answer.json());
  if (grid.isConnected && !grid.matches(".whole") && outline?.shapes.length) new List(grid, outline);
  again();
  seen();
}
// The photo that had the focus has it again when the page has come anew: at once, and once the list is laid out.
let kept = null;
function again() {
  if (kept && document.activeElement === document.body) focus($(`#p-${kept}`));
}
let starting;
ready(() => {
  again();
  const grid = $(".grid[data-outline]:not(.whole)");
  if (!grid || (!$(".further", grid) && !$(".before")) || new URL(location).searchParams.has("after")) {
    asked = kept = null;
    return;
  }
  if (grid === asked) return; // something else on the page was swapped
  asked = grid;
  const mine = (starting = start(grid));
  mine.finally(() => mine === starting && (asked = kept = null));
});

function remember() {
  if (current()) history.replaceState({ ...history.state, grid: current().seen() }, "");
}
function rest() {
  current()?.rest();
  remember();
}
let frame = 0;
let resting;
addEventListener(
  "scroll",
  () => {
    if (!current()) return;
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      current()?.scrolled();
      seen();
    });
    clearTimeout(resting);
    resting = setTimeout(rest, 120);
  },
  { passive: true },
);
addEventListener("beforeprint", () => current()?.spread());
addEventListener("afterprint", () => current()?.show());
let width = innerWidth;
addEventListener("resize", () => {
  const list = current();
  if (!list || innerWidth === width) return;
  width = innerWidth;
  const { place, offset } = list.seen() ?? { place: 0, offset: 0 };
  const height = list.rowOf(place)?.height || 1;
  list.measure();
  list.scroll(list.topOf(place) + (offset * list.rowOf(place).height) / height);
  list.show();
});
document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  const target = typeof ctx?.target === "string" ? $(ctx.target) : ctx?.target;
  if (!target || ctx.swap === "none") return;
  const tile = document.activeElement?.closest?.(".tile[id]");
  if (target.contains(tile)) kept = tile.id.slice(2);
  // htmx copies attributes from replaced elements with the same id; keep it from copying the positions of tiles.
  const grid = current()?.grid;
  if (target.contains(grid)) grid.replaceChildren();
});
document.addEventListener("viewer:closed", ({ detail }) => current()?.bring(detail.id));
// Photos were hidden from the viewer: close the gaps and keep the scroll position.
document.addEventListener("viewer:hid", async ({ detail }) => {
  await anew();
  await starting;
  if (current()) current().bring(detail.id);
  else focus($(`#p-${detail.id}`));
});

// Back on the grid, the photo shrinks into its tile.
addEventListener("pagereveal", ({ viewTransition }) => {
  const from = globalThis.navigation?.activation?.from?.url?.match(/\/images\/([0-9a-f]{32})/);
  const tile = from && $(`#p-${from[1]} img`);
  for (const image of $$(".tile img")) image.style.viewTransitionName = "";
  if (!viewTransition || !tile) return;
  tile.style.viewTransitionName = "photo";
  Promise.allSettled([viewTransition.finished]).then(() => {
    tile.style.viewTransitionName = "";
  });
});
