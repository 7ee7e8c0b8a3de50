// Reorders photos in a manually sorted album: with the mouse, or with Alt and the arrow keys.
import { current } from "./list.js";
import { hear } from "./keys.js";
import { $, $$, on } from "./page.js";
import { picked } from "./select.js";
import { post } from "./sending.js";
import { settled } from "./toasts.js";

const SLOP = 6; // pixels of movement that turn a click into a drag
const EDGE = 96; // pixels from the window's edges in which dragging scrolls
const REST_MS = 600; // after the last key press, the move is sent to the server
const told = () => $("#moving");
const flipped = document.documentElement.dir === "rtl";
const tileOf = (id) => $(`#p-${id}`);
let known = {}; // `ids` of all photos, for the page whose status line is `of`
let start = null;
let drag = null;
let waiting = null;

// Load the ids of all photos into `known.ids`
async function order() {
  const of = told();
  if (known.of !== of) {
    const mine = { of, ids: [] };
    mine.come = fetch($(".grid").dataset.outline.replace("/outline", "/outline/ids"))
      .then((answer) => answer.json())
      .then((ids) => {
        mine.ids = ids;
      });
    known = mine;
  }
  await known.come;
}
// The photos that move together with this one, in album order
const together = (id, ids) => {
  const chosen = new Set(picked());
  return chosen.has(id) ? ids.filter((one) => chosen.has(one)) : [id];
};

// Reorder the page; `at`: how many of the other photos come before. Returns the photo that comes after.
function arrange(ids, moved, at) {
  const gone = new Set(moved);
  const rest = ids.filter((id) => !gone.has(id));
  const now = rest.toSpliced(at, 0, ...moved);
  known.ids = now;
  if (current()) current().rearranged(ids, now);
  else for (const id of now) $(".grid").insertBefore(tileOf(id), $(".grid > .fill"));
  return rest[at] ?? "";
}
async function tell({ moved, before }, keepalive) {
  waiting = null;
  const line = told();
  const fields = {
    next: location.pathname,
    album_id: line.dataset.album,
    before,
    seen: line.dataset.seen,
    images: moved.join(),
  };
  const answer = await post("/commands/reorder-album", fields, keepalive);
  const position = answer && settled(await answer.text(), answer);
  if (!position) return;
  line.dataset.seen = position;
  for (const field of $$(".selection [name=seen]")) field.value = position;
  current()?.renewed();
}

// Mouse
on("pointerdown", ".grid .tile a", (event, link) => {
  if (!told() || event.button || event.pointerType !== "mouse") return;
  start = {
    x: event.clientX,
    y: event.clientY,
    id: link.closest(".tile").id.slice(2),
    image: $("img", link),
    pointer: event.pointerId,
  };
  order();
});
on("dragstart", ".grid .tile a", (event) => told() && event.preventDefault());
document.addEventListener(
  "pointermove",
  async ({ clientX: x, clientY: y }) => {
    if (drag) Object.assign(drag, { x, y });
    else if (start && Math.hypot(x - start.x, y - start.y) > SLOP) {
      const from = start;
      start = null;
      begin(from, x, y);
    }
  },
  { passive: true },
);
async function begin({ id, image, pointer }, x, y) {
  const ghost = document.createElement("div");
  ghost.className = "carried";
  ghost.append(Object.assign(new Image(), { src: image.src, alt: "" }));
  const mark = Object.assign(document.createElement("div"), { className: "drop", hidden: true });
  drag = { x, y, ghost, mark };
  const mine = drag;
  $(".grid").setPointerCapture(pointer);
  await order();
  if (drag !== mine) return;
  drag.moved = together(id, known.ids);
  if (drag.moved.length > 1)
    ghost.append(Object.assign(document.createElement("b"), { textContent: drag.moved.length }));
  document.body.append(ghost, mark);
  document.body.classList.add("moving");
  follow();
}
function follow() {
  if (!drag) return;
  const { x, y, ghost } = drag;
  const by = y < EDGE ? y - EDGE : y > innerHeight - EDGE ? y - innerHeight + EDGE : 0;
  if (by) scrollBy({ top: by / 3, behavior: "instant" });
  ghost.style.transform = `translate(${x + 12}px, ${y + 12}px)`;
  for (const id of drag.moved.slice(0, 500)) tileOf(id)?.classList.add("taken");
  aim();
  requestAnimationFrame(follow);
}
// Where the photos would land
function aim() {
  const { x, y, mark } = drag;
  const tile = under(x, y);
  mark.hidden = !tile;
  drag.to = tile && { id: tile.id.slice(2), behind: x > middle(tile) !== flipped };
  if (tile) {
    const box = tile.getBoundingClientRect();
    const left = (drag.to.behind !== flipped ? box.right + 2 : box.left - 2) + scrollX;
    Object.assign(mark.style, { left: `${left}px`, top: `${box.top + scrollY}px`, height: `${box.height}px` });
  }
}
const middle = (tile) => {
  const { left, width } = tile.getBoundingClientRect();
  return left + width / 2;
};
// The photo under the pointer, or the nearest one
function under(x, y) {
  const hit = document.elementFromPoint(x, y)?.closest(".grid .tile");
  if (hit?.id) return hit;
  let best = null;
  for (const tile of $$(".grid .tile[id]")) {
    const box = tile.getBoundingClientRect();
    const away = Math.hypot(Math.max(box.left - x, 0, x - box.right), 4 * Math.max(box.top - y, 0, y - box.bottom));
    if (!best || away < best.away) best = { tile, away };
  }
  return best?.tile;
}
function end(drop) {
  start = null;
  if (!drag) return;
  if (drop && drag.moved) aim(); // the pointer may have moved since the last frame
  const { moved, to, ghost, mark } = drag;
  drag = null;
  ghost.remove();
  mark.remove();
  document.body.classList.remove("moving");
  for (const tile of $$(".tile.taken")) tile.classList.remove("taken");
  addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", stop, { capture: true }));
  if (drop && to && moved) put(moved, to);
}
const stop = (event) => {
  event.preventDefault();
  event.stopImmediatePropagation();
};
async function put(moved, { id, behind }) {
  await order();
  const { ids } = known;
  const gone = new Set(moved);
  const place = ids.indexOf(id) + (behind ? 1 : 0);
  const at = ids.slice(0, place).filter((one) => !gone.has(one)).length;
  const former = ids.join();
  const before = arrange(ids, moved, at);
  if (known.ids.join() !== former) tell({ moved, before });
}
for (const type of ["pointerup", "pointercancel"]) document.addEventListener(type, () => end(type === "pointerup"));

// Keyboard
hear((act, { key, target }, typing) => {
  if (act === "back" && drag) {
    end(false);
    return true;
  }
  const tile = target.closest(".grid .tile");
  if (act !== "carry" || typing || !told() || !(tile || picked().length)) return false;
  carry({ ArrowLeft: flipped ? 1 : -1, ArrowRight: flipped ? -1 : 1, ArrowUp: -1, ArrowDown: 1 }[key], tile);
  return true;
});
async function carry(step, tile) {
  await order();
  const { ids } = known;
  const id = tile?.id.slice(2);
  const moved = id ? together(id, ids) : together(picked()[0], ids);
  const gone = new Set(moved);
  const ahead = ids.slice(0, ids.indexOf(moved[0])).filter((one) => !gone.has(one)).length;
  const at = Math.max(0, Math.min(ids.length - moved.length, ahead + step));
  const before = arrange(ids, moved, at);
  if (current()) current().bring(id ?? moved[0]);
  else $("a", tileOf(id ?? moved[0])).focus();
  told().textContent = told()
    .dataset.moved.replace("{place}", at + 1)
    .replace("{total}", ids.length);
  if (waiting && waiting.moved.join() !== moved.join()) {
    clearTimeout(waiting.timer);
    await tell(waiting);
  }
  clearTimeout(waiting?.timer);
  waiting = { moved, before };
  waiting.timer = setTimeout(() => waiting && tell(waiting), REST_MS);
}
addEventListener("pagehide", () => {
  if (!waiting) return;
  clearTimeout(waiting.timer);
  tell(waiting, true);
});
