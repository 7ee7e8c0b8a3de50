// The timeline grows while photos come in, and what one looks at stays where it is.
import { CHUNK, fetchChunk } from "./chunks.js";
import { AROUND, current, HEAD } from "./list.js";
import { $, $$, ready } from "./page.js";
import { first } from "./rows.js";
import { thin } from "./scrubber.js";
import { picked } from "./select.js";

const EVERY_MS = 2000;
let busy = false;

// How many photos there are, as the line under the header says; how many the page shows
const told = () => $("#progress [data-photos]")?.dataset.photos;
const shown = () => $(".count[data-total]")?.dataset.total;
const waits = () => document.hidden || $("#viewer, dialog[open], .scrubber .at, body.moving");
const partial = () => new URL(location).searchParams.has("after");

async function grow() {
  if (busy || !told() || !shown() || told() === shown() || waits() || partial()) return;
  busy = true;
  try {
    if (current()) await extend(current());
    else await htmx.ajax("GET", location.href, { target: "#page", swap: "outerMorph" });
  } catch {
    // the server does not answer: the next message of the line tries again
  }
  setTimeout(() => {
    busy = false;
    grow();
  }, EVERY_MS);
}

// Photos in the window, the one that stays first. None at the top of the page, where the newest ones appear.
function looked() {
  const tiles = $$(".whole > .tile[id]").filter((tile) => {
    const { top, bottom } = tile.getBoundingClientRect();
    return bottom > HEAD && top < innerHeight;
  });
  const own = tiles.find((tile) => tile.matches(":focus-within, :hover"));
  if (scrollY < HEAD && !own && !picked().length) return [];
  return [...(own ? [own] : []), ...tiles];
}
async function extend(list) {
  const ids = looked().map((tile) => tile.id.slice(2));
  const near = ids.length ? `&near=${ids.slice(0, 12).join()}` : "";
  const [answer, page] = await Promise.all([
    fetch(list.grid.dataset.outline + near),
    fetch(location.href, { headers: { "HX-Request": "true" } }),
  ]);
  if (!answer.ok || !page.ok) return;
  const outline = await answer.json();
  const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
  const { id, place } = outline.near ?? { place: -1 };
  const before = id && $(`#p-${id}`)?.getBoundingClientRect().top;
  if (id && before === undefined) return;
  const chunks = new Map();
  for (const chunk of needed(list, outline, place, before))
    chunks.set(chunk, await fetchChunk(list.grid.dataset.chunks, outline, chunk));
  const stays = id && $(`#p-${id}`);
  // Not if more has come, or one has scrolled away meanwhile: once more in a moment.
  if (current() !== list || waits() || (id && !stays)) return;
  if (id && chunks.get(Math.floor(place / CHUNK))?.[place % CHUNK]?.id !== `p-${id}`) return;
  list.replace(outline, chunks, place, stays?.getBoundingClientRect().top);
  const total = outline.shapes.length;
  const count = $(".count[data-total]");
  count.textContent = total.toLocaleString(document.documentElement.lang);
  count.dataset.total = total;
  const bar = $(".scrubber", fresh);
  if (bar) $(".scrubber")?.replaceWith(document.importNode(bar, true));
  thin();
  document.dispatchEvent(new Event("grid:seen"));
}
// The chunks in and around the window, once the photo at `place` is `top` pixels below its upper edge
function needed(list, outline, place, top) {
  const { rows } = list.laidOut(outline);
  const row = place < 0 ? null : rows[first(rows, (one) => one.to > place)];
  const above = (row ? row.top - top : list.top) - innerHeight * AROUND;
  const below = above + innerHeight * (1 + 2 * AROUND);
  const from = rows[first(rows, (one) => one.top + one.height > above)]?.from ?? 0;
  const to = rows[first(rows, (one) => one.top >= below) - 1]?.to ?? 1;
  const chunks = [];
  for (let chunk = Math.floor(from / CHUNK); chunk * CHUNK < to; chunk++) chunks.push(chunk);
  return chunks;
}
ready(grow);
document.addEventListener("visibilitychange", grow);
