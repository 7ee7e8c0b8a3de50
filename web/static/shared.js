// A shared album's photos over its page: swipe, zoom, play. Without scripts, each photo has a page of its own.
import { hear } from "./keys.js";
import { $, $$, on } from "./page.js";
import "./sharp.js";
import { movingOver, refill, sharpen, slide } from "./slides.js";

const NEAR = 8; // fetch more when fewer photos than this are left
const itemOf = (tile) => {
  const [link, image] = [$("a", tile), $("img", tile)];
  const [width, height] = ["width", "height"].map((name) => Number(image.getAttribute(name)));
  const [place, preview] = [link.getAttribute("href"), image.getAttribute("src")];
  return slide({
    ...{ id: tile.id, width, height, alt: image.alt, place, preview },
    ...{
      sharp: preview.replace("/preview", "/large"),
      film: tile.dataset.plays && `${place}/film`,
      video: tile.dataset.plays && `${place}/video`,
      live: tile.dataset.plays === "live",
    },
  });
};
let viewer = null;
let lightbox = null; // loaded after the page, which needs it only for a click
let loading = null;
const load = () => (loading ??= import("./lightbox.js").then((loaded) => ({ lightbox } = loaded)));
let asking = false;

// The album's next photos, in place of the link to them
async function more() {
  const place = $(".further");
  const href = $("a", place ?? document)?.href;
  if (!place || asking) return;
  asking = true;
  const answer = await fetch(href).catch(() => null);
  const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
  asking = false;
  const cells = page ? $$(".grid > *", page) : [];
  if (!cells.length) return;
  place.replaceWith(...cells);
  viewer?.add(cells.filter((cell) => cell.matches(".tile")).map(itemOf));
  watch();
}
const near = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && more(), {
  rootMargin: "1500px",
});
function watch() {
  near.disconnect();
  const place = $(".further");
  if (place) near.observe(place);
}

class Viewer {
  popped = false; // whether the browser went back
  title = document.title;
  items = $$(".tile").map(itemOf);
  root = $("#viewer-frame").content.firstElementChild.cloneNode(true);

  constructor(tile) {
    for (const other of document.body.children) other.inert = true;
    document.body.append(this.root);
    history.scrollRestoration = "manual"; // the tile is scrolled to
    this.pswp = lightbox($(".canvas", this.root), this.items, {
      grows: true,
      tile: () => document.getElementById(this.current().id),
      touched: () => {},
      tapped: () => this.root.classList.toggle("bare"),
    });
    this.pswp.options.index = this.items.findIndex((one) => one.id === tile.id);
    history.pushState({ photo: tile.id }, "", this.items[this.pswp.options.index].place);
    this.pswp.on("change", () => this.changed());
    this.pswp.on("openingAnimationEnd", () => refill(this.pswp));
    this.pswp.on("close", () => this.closing());
    this.pswp.on("destroy", () => this.root.remove());
    this.pswp.init();
    this.pswp.element.removeAttribute("role"); // the viewer itself is the dialog
    this.root.focus({ preventScroll: true });
    this.changed();
  }
  current() {
    return this.items[this.pswp.currIndex ?? this.pswp.options.index];
  }
  button(name) {
    return $(`[data-do=${name}]`, this.root);
  }
  add(items) {
    this.items.push(...items);
    refill(this.pswp);
    this.changed();
  }
  changed() {
    const one = this.current();
    if (!one || this.pswp.isDestroying) return;
    history.replaceState({ photo: one.id }, "", one.place);
    document.title = $("[data-said]", this.root).textContent = one.alt;
    if (this.shown !== one.id) for (const playing of $$("video.live", this.root)) playing.remove();
    this.shown = one.id;
    this.button("live").hidden = !one.live;
    this.button("live").setAttribute("aria-pressed", Boolean($("video.live", this.root)));
    this.button("prev").hidden = !this.pswp.currIndex;
    this.button("next").hidden = this.pswp.currIndex === this.items.length - 1;
    const original = $("[data-original]", this.root);
    if (original) original.href = `${one.place}/download`;
    if (this.pswp.currIndex >= this.items.length - NEAR) more();
    clearTimeout(this.settling);
    this.settling = setTimeout(() => !this.pswp.isDestroying && sharpen(this.pswp), 80);
  }
  go(step) {
    const to = this.pswp.potentialIndex + step;
    if (this.items[to]) this.pswp.goTo(to);
  }
  live() {
    const there = $("video.live", this.root);
    if (there) there.remove();
    else movingOver(this.pswp);
    this.button("live").setAttribute("aria-pressed", !there);
  }
  // PhotoSwipe ignores close() while it is opening
  close() {
    if (this.pswp.opener.isOpen) this.pswp.close();
    else this.pswp.on("openingAnimationEnd", () => this.pswp.close());
  }
  closing() {
    viewer = null;
    clearTimeout(this.settling);
    document.title = this.title;
    for (const other of document.body.children) other.inert = false;
    const tile = $(`[id="${this.current().id}"] a`);
    tile?.focus({ preventScroll: true });
    tile?.scrollIntoView({ block: "nearest" });
    if (!this.popped) history.back();
  }
}

const acts = {
  close: () => viewer.close(),
  prev: () => viewer.go(-1),
  next: () => viewer.go(1),
  live: () => viewer.live(),
};
on("click", ".grid .tile a", async (event, link) => {
  if (viewer || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const come = await load().catch(() => null);
  if (!come) location.assign(link.href);
  else viewer ??= new Viewer(link.closest(".tile"));
});
if ($(".tile")) (globalThis.requestIdleCallback ?? setTimeout)(() => load().catch(() => {}));
on("click", "#viewer [data-do]", (event, { dataset }) => viewer && acts[dataset.do]());
hear((act, { key }) => {
  const way = { back: "close", ArrowLeft: "prev", ArrowRight: "next" }[act === "walk" ? key : act];
  if (!way) return false;
  if (viewer) acts[way]();
  else $(`.photo ${{ close: "[data-back]", prev: "[rel=prev]", next: "[rel=next]" }[way]}`)?.click();
  return true;
});
addEventListener("popstate", ({ state }) => {
  if (viewer) {
    viewer.popped = true;
    viewer.close();
  } else if (state?.photo) location.reload();
});

// On a photo's own page, a swipe leads to the next one.
const SWIPE = 60; // pixels
let from = null;
on("touchstart", ".photo .stage", ({ touches }) => {
  from = touches.length === 1 ? touches[0] : null;
});
on("touchend", ".photo .stage", ({ changedTouches: [to] }) => {
  const across = from ? to.clientX - from.clientX : 0;
  if (Math.abs(across) > SWIPE && Math.abs(across) > 2 * Math.abs(to.clientY - from.clientY))
    $(`.photo [rel=${across < 0 ? "next" : "prev"}]`)?.click();
  from = null;
});
watch();
