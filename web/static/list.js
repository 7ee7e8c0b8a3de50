// The whole list on one page, virtualised. The server sends the first photos, then an outline with every photo's place,
// so that nothing ever moves and only photos near the window are in the document.
import { CHUNK, Chunks } from "./chunks.js";
import { $, $$ } from "./page.js";
import { Reach } from "./reach.js";
import { first, layOut } from "./rows.js";
import { marked } from "./select.js";

export const HEAD = 72; // pixels at the top of the window that the header covers
export const AROUND = 1; // window heights of photos to keep above and below the visible ones
let latest = null;
export const current = () => (latest?.grid.isConnected ? latest : null);

export class List {
  constructor(grid, outline) {
    latest = this;
    Object.assign(this, { grid, outline, shown: new Map() });
    this.reach = new Reach();
    this.total = outline.shapes.length;
    const here = new Map($$(".tile", grid).map((tile, i) => [this.origin() + i, tile]));
    this.keep(here);
    const wanted = this.wanted();
    const seen = scrollY && here.size && seenOf(here);
    const focused = document.activeElement;
    // Leave the tiles in place: removing and reinserting them would repaint them. Those of months that share a row are
    // taken out of it.
    this.shown = new Map(here);
    for (const row of $$(":scope > .sparse", grid)) {
      for (const image of $$("img", row)) image.decoding = "sync";
      row.replaceWith(...$$(".tile", row));
    }
    for (const item of $$(":scope > :not(.tile)", grid)) item.remove();
    for (const tile of here.values()) marked(tile);
    grid.classList.add("whole");
    $(".before")?.remove();
    this.measure();
    if (wanted) this.scroll(this.topOf(wanted.place) + wanted.offset);
    else if (seen) this.lay(seen.place, seen.top);
    else if (wanted === null) this.leap(this.origin());
    this.show();
    if (document.activeElement !== focused) focused.focus({ preventScroll: true });
    history.scrollRestoration = "manual";
  }

  // Tiles of this outline: place -> tile, and chunk -> tiles
  keep(here, chunks) {
    const came = () => latest === this && this.show();
    this.chunks = new Chunks(this.grid.dataset.chunks, this.outline, came, here, chunks);
  }
  // Index of the first photo that the server sent
  origin() {
    const at = new URL(location).searchParams.get("at");
    return at ? this.placeOfMonth(at) : 0;
  }
  placeOfMonth(month) {
    let place = 0;
    const down = this.outline.months[0]?.[0] > this.outline.months.at(-1)?.[0];
    for (const [key, , count] of this.outline.months) {
      if (key.startsWith(month) || (down ? key < month : key > month)) break;
      place += count;
    }
    return Math.min(place, this.total - 1);
  }
  // Where to scroll: to the previous position, or to the one in the URL; null: to its month
  wanted() {
    const was = history.state?.grid;
    if (was) return { place: Math.min(was.place, this.total - 1), offset: was.offset };
    const named = location.hash.match(/^#p-(\w{32})$/)?.[1];
    if (named) {
      this.bring(named, true);
      return undefined;
    }
    return new URL(location).searchParams.has("at") ? null : undefined;
  }

  laidOut(outline) {
    const style = getComputedStyle(this.grid);
    const of = (name) => parseFloat(style.getPropertyValue(name));
    this.edge = parseFloat(style.paddingInlineStart);
    const width = this.grid.clientWidth - this.edge - parseFloat(style.paddingInlineEnd);
    return layOut(outline, width, of("--row"), of("--gap"));
  }
  measure() {
    Object.assign(this, this.laidOut(this.outline));
    this.offset = this.grid.getBoundingClientRect().top + scrollY;
    const height = this.height + parseFloat(getComputedStyle(this.grid).paddingBottom);
    this.grid.style.height = `${this.reach.fit(height, this.offset + 2 * innerHeight)}px`;
    this.months = this.headings.filter((one) => one.level === "month");
    this.stale = true;
  }
  rowOf(place) {
    return this.rows[first(this.rows, (row) => row.to > place)];
  }
  topOf(place) {
    return (this.rowOf(place)?.top ?? 0) - HEAD;
  }
  // Where the window begins in the list, in pixels
  get top() {
    return this.reach.depth - this.offset;
  }
  scroll(top) {
    const { slide } = this.reach;
    this.reach.to(this.offset + top);
    this.stale ||= this.reach.slide !== slide;
  }
  // So that a photo lies `top` pixels below the window's upper edge
  lay(place, top) {
    this.scroll(this.rowOf(place).top - top);
  }
  scrolled() {
    this.stale = this.reach.scrolled() || this.stale;
    this.show();
  }
  rest() {
    if (!this.reach.rest()) return;
    this.stale = true;
    this.show();
  }
  // The first visible photo, and how far the window is scrolled past its top
  seen() {
    const row = this.rows[first(this.rows, (one) => one.top + one.height > this.top + HEAD)] ?? this.rows.at(-1);
    return row ? { place: row.from, offset: this.top - this.topOf(row.from) } : null;
  }

  // Insert the tiles near the window, in order, and remove the rest.
  show() {
    const reach = innerHeight * AROUND;
    const above = this.top - reach;
    const below = this.top + innerHeight + reach;
    const from = first(this.rows, (row) => row.top + row.height > above);
    const to = first(this.rows, (row) => row.top >= below);
    const near = new Map();
    for (let i = first(this.headings, (one) => one.top + one.height > above); this.headings[i]?.top < below; i++)
      near.set(nameOf(this.headings[i]), this.headings[i]);
    const places = [];
    for (let i = from; i < to; i++)
      for (let place = this.rows[i].from; place < this.rows[i].to; place++) places.push(place);
    const focused = document.activeElement?.closest?.(".whole > .tile");
    for (const [key, item] of this.shown) {
      if (item === focused) continue;
      const stays = typeof key === "string" ? near.has(key) : places[0] <= key && key <= places.at(-1);
      if (!stays) {
        item.remove();
        this.shown.delete(key);
      }
    }
    const away =
      focused &&
      !(places[0] <= this.placeOf(focused.id.slice(2)) && this.placeOf(focused.id.slice(2)) <= places.at(-1));
    let next = this.grid.firstElementChild;
    const put = (item) => {
      if (next && next === focused && item !== focused && away) next = next.nextElementSibling;
      if (item === next) next = next.nextElementSibling;
      else this.grid.insertBefore(item, next);
    };
    for (const place of places) {
      for (const level of LEVELS) {
        const heading = near.get(level + place);
        if (heading) put(this.heading(heading));
      }
      const former = this.shown.get(place);
      const item = this.tile(place);
      if (next === former) next = item;
      put(item);
    }
    this.stale = false;
    this.chunks.fetch(places.filter((place) => this.shown.get(place)?.ghost));
  }
  heading(heading) {
    const name = nameOf(heading);
    let item = this.shown.get(name);
    if (!item) {
      const month = heading.level === "month";
      item = document.createElement("li");
      item.className = month ? "month" : "date";
      item.innerHTML = '<label class="pick-month"><input type="checkbox"></label>';
      item.prepend(document.createElement(month ? "h2" : "h3"));
      item.firstChild.append(heading.name);
      const count = document.createElement("span");
      count.textContent = heading.count.toLocaleString(document.documentElement.lang);
      if (month) item.firstChild.append(" ", count);
      Object.assign($("input", item), { ariaLabel: heading.name, value: heading.key });
      $("input", item).dataset.of = heading.level;
      this.shown.set(name, item);
    }
    item.style.insetInlineStart = `${heading.left + this.edge}px`;
    item.style.width = `${heading.width}px`;
    item.classList.toggle("beside", heading.count <= this.outline.few);
    item.style.top = `${heading.top - this.reach.slide}px`;
    item.style.height = `${heading.height}px`;
    return item;
  }
  tile(place) {
    let item = this.shown.get(place);
    const real = this.chunks.tile(place);
    if (item && !this.stale && !(item.ghost && real)) return item;
    if (!item || (item.ghost && real)) {
      const former = item;
      item = real ?? Object.assign(document.createElement("li"), { className: "tile", ghost: true });
      this.shown.set(place, item);
      if (real) marked(item);
      if (former) {
        former.replaceWith(item);
        former.real = item;
        if (former.wanted) $("a", item).click();
        if (former.awaited && document.activeElement === document.body) focus(item);
      }
    }
    const row = this.rowOf(place);
    item.style.insetInlineStart = `${this.left[place] + this.edge}px`;
    item.style.top = `${row.top - this.reach.slide}px`;
    item.style.width = `${this.wide[place]}px`;
    item.style.height = `${row.height}px`;
    return item;
  }

  // The same page with another outline and these chunks of it. Tiles that are shown stay in the document; the photo at
  // `place` comes to lie `top` pixels below the window's upper edge.
  replace(outline, chunks, place, top) {
    const known = new Map([...this.shown.values()].filter((item) => item.id).map((item) => [item.id, item]));
    Object.assign(this, { outline, total: outline.shapes.length, shown: new Map() });
    const focused = focusedPhoto();
    const kept = new Set();
    for (const [chunk, tiles] of chunks)
      tiles.forEach((tile, i) => {
        const former = known.get(tile.id);
        if (!former || look(former) !== look(tile)) return;
        tiles[i] = former;
        former.className = tile.className;
        this.shown.set(chunk * CHUNK + i, former);
        kept.add(former);
      });
    this.keep(new Map(), chunks);
    for (const item of [...this.grid.children]) if (!kept.has(item)) item.remove();
    this.measure();
    if (place >= 0) this.lay(place, top);
    this.show();
    if (focused && !focusedPhoto()) focus($(`#p-${focused}`));
  }

  // The photos were reordered. `former`, `now`: all ids, before and after.
  rearranged(former, now) {
    const focused = focusedPhoto();
    const { shapes } = this.outline;
    const places = new Map(former.map((id, place) => [id, place]));
    this.outline.shapes = now.map((id) => shapes[places.get(id)]);
    const tiles = [...this.chunks.all().values(), ...this.shown.values()];
    const known = new Map(tiles.filter((tile) => tile.id).map((tile) => [tile.id.slice(2), tile]));
    this.keep(new Map(now.flatMap((id, place) => (known.has(id) ? [[place, known.get(id)]] : []))));
    this.shown.clear();
    this.grid.replaceChildren();
    this.measure();
    this.show();
    if (focused) focus($(`#p-${focused}`));
  }
  // The server has saved the new order: chunks that are still missing now start after other photos.
  async renewed() {
    const answer = await fetch(this.grid.dataset.outline);
    if (!answer.ok) return;
    this.outline.after = (await answer.json()).after;
    this.keep(this.chunks.here);
    this.show();
  }

  // For printing: all that have been fetched, and only these
  spread() {
    const places = [...this.chunks.all().keys()].sort((a, b) => a - b);
    const items = [];
    const said = new Set();
    for (const place of places) {
      for (const level of LEVELS) {
        const heading = this.headings.findLast((one) => one.level === level && one.place <= place);
        if (!heading || heading.place + heading.count <= place || said.has(heading)) continue;
        items.push(this.heading(heading));
        said.add(heading);
      }
      const tile = this.tile(place);
      $("img", tile).loading = "eager";
      items.push(tile);
    }
    this.grid.replaceChildren(...items);
  }

  // Scroll a photo into view and focus it
  async bring(id, quietly) {
    let place = this.placeOf(id);
    if (place < 0) place = (await (await fetch(`${this.grid.dataset.outline}&image=${id}`)).json()).at;
    if (place < 0) return;
    const row = this.rowOf(place);
    if (row.top < this.top + HEAD || row.top + row.height > this.top + innerHeight)
      this.scroll(row.top - (innerHeight - row.height) / 2);
    this.show();
    const tile = this.shown.get(place);
    if (quietly || !tile) return;
    if (tile.ghost) tile.awaited = true;
    else focus(tile);
  }
  placeOf(id) {
    for (const [place, item] of this.shown) if (item.id === `p-${id}`) return place;
    return -1;
  }
  // The visible month, YYYY-MM; undefined in an album's manual order
  month() {
    const { months } = this;
    if (this.leapt && Math.abs(this.leapt.top - this.top) < 1) return this.leapt.month;
    let at = Math.max(0, first(months, (one) => one.top > this.top + HEAD) - 1);
    while (at && months[at - 1].top === months[at].top) at--;
    return months[at]?.key;
  }
  go(month) {
    this.leap(this.placeOfMonth(month));
    this.show();
  }
  // To the heading of a photo's month, which is then the visible one, even if it isn't the first of its row
  leap(place) {
    const month = this.months[first(this.months, (one) => one.place > place) - 1];
    this.scroll((month?.top ?? 0) + 4 - HEAD);
    this.leapt = { top: this.top, month: month?.key };
  }
}
const LEVELS = ["month", "day"]; // of headings
const nameOf = ({ level, place }) => level + place;
// What a tile shows, however its HTML was written
const look = (tile) =>
  [$("img", tile).getAttribute("src"), $("img", tile).alt]
    .concat([".marks", ".day"].map((part) => $(part, tile)?.innerHTML.replace(/\s+/g, "")))
    .join();
// Of tiles in place: the first visible one, and its distance from the window's upper edge
function seenOf(tiles) {
  const edges = [...tiles].map(([place, tile]) => [place, tile.getBoundingClientRect()]);
  const [place, { top }] = edges.find(([, { bottom }]) => bottom > HEAD) ?? edges.at(-1);
  return { place, top };
}
const focusedPhoto = () => document.activeElement?.closest?.(".whole > .tile")?.id.slice(2);
export const focus = (tile) => tile && $("a", tile)?.focus({ preventScroll: true });
