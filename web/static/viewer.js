// The viewer: photos over the page, by PhotoSwipe. Its slides hold previews; the large picture follows when one stays.
import PhotoSwipe from "./vendor/photoswipe.esm.min.js";
import { $, $$, on } from "./page.js";
import { panelOf } from "./panel.js";
import { film, rebuild, refill, sharpen, shift, slide, video } from "./slides.js";
import { words } from "./words.js";

const NEAR = 8; // photos left on a side when further ones are asked for
const SHOW_MS = 4000;
const sheet = document.createElement("link");
sheet.rel = "stylesheet";
sheet.href = new URL("vendor/photoswipe.css", import.meta.url);
await new Promise((done) => {
  sheet.onload = sheet.onerror = done;
  document.head.append(sheet);
});
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const flipped = document.documentElement.dir === "rtl"; // there, what comes next lies on the left
const hidden = new Map(); // command -> what it hid, for Undo
let root,
  left,
  pswp,
  items,
  ends,
  query,
  page,
  popped,
  title,
  asking,
  settling,
  showing,
  panel,
  waiting,
  restoring,
  wish,
  told;

const current = () => items[pswp.currIndex];
const address = ({ id }) => `/images/${id}${query}`;
const tileOf = ({ id }) => $(`#p-${id}`);
const within = (selector) => $(selector, root);

// `href`: the photo's page; `image`: its preview that can be seen; `own`: the page, where we are on it already. While it
// still closes, what is to be opened waits; a promise tells when it is there.
export function open(href, image, own) {
  if (pswp || left)
    return (
      left &&
      new Promise((done) => {
        waiting = { what: [href, image, own], done };
      })
    );
  const [, id, search] = href.match(/^\/images\/([0-9a-f]{32})([^#]*)/) ?? [];
  if (!id) return;
  page = own;
  query = search;
  popped = false;
  wish = 0;
  told = left = null;
  title = document.title;
  items = [slide({ id, width: +image.getAttribute("width"), height: +image.getAttribute("height"), alt: image.alt })];
  ends = { first: false, last: false };
  root = $("#viewer-frame").content.firstElementChild.cloneNode(true);
  for (const other of document.body.children) other.inert = !other.matches("#toasts, dialog");
  document.body.append(root);
  htmx.process(root);
  if (!page) {
    restoring = history.scrollRestoration;
    history.scrollRestoration = "manual"; // we lead to the tile
    history.pushState({ photo: id }, "", address(items[0]));
  }
  const canvas = within(".canvas");
  const info = page ? $("#info").checked : /(^|; )info=open/.test(document.cookie) && innerWidth > 767;
  panel = panelOf(root, () => pswp && address(current()));
  if (page) panel.fill($("aside", page).childNodes);
  panel.show(info);
  pswp = new PhotoSwipe({
    dataSource: items,
    appendToEl: canvas,
    getViewportSizeFn: () => ({ x: canvas.clientWidth, y: canvas.clientHeight }),
    showHideAnimationType: page || calm.matches ? "none" : "zoom",
    showAnimationDuration: 150,
    hideAnimationDuration: 150,
    zoomAnimationDuration: calm.matches ? 0 : 150,
    bgOpacity: 1,
    loop: false,
    wheelToZoom: true,
    preload: [2, 3],
    imageClickAction: "zoom",
    tapAction: () => root.classList.toggle("bare"),
    errorMsg: words.broken,
    ...{ trapFocus: false, returnFocus: false, escKey: false, arrowKeys: false },
    ...{ close: false, zoom: false, counter: false, arrowPrev: false, arrowNext: false },
  });
  pswp.addFilter("useContentPlaceholder", () => true);
  pswp.addFilter("thumbEl", () => {
    const tile = tileOf(current())?.querySelector("img");
    const box = tile?.getBoundingClientRect();
    return box && box.bottom > 0 && box.top < innerHeight ? tile : undefined;
  });
  pswp.on("contentLoad", film);
  pswp.on("contentDeactivate", ({ content }) => content.element?.pause?.());
  pswp.on("pointerDown", (event) => {
    const { target, clientY } = event.originalEvent;
    if (showing) slideshow(false);
    // The film's own controls
    if (target.matches("video") && clientY > target.getBoundingClientRect().bottom - 72) event.preventDefault();
  });
  pswp.on("change", changed);
  pswp.on("openingAnimationEnd", () => refill(pswp));
  pswp.on("close", closing);
  pswp.on("destroy", () => {
    clearTimeout(settling);
    root.remove();
    pswp = root = null;
    if (popped) setTimeout(landed);
    else again();
  });
  new ResizeObserver(() => pswp?.updateSize()).observe(canvas);
  pswp.init();
  pswp.element.removeAttribute("role"); // the viewer is the dialogue
  root.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("viewer:opened", { detail: { id } }));
  more(items[0], true);
}

// Photos further on, on one side or, at first, on both
async function more(from, both) {
  if (asking || !pswp) return;
  const mine = (asking = pswp);
  const answer = await fetch(address(from).replace(from.id, `${from.id}/around`)).catch(() => null);
  const found = answer?.ok && (await answer.json());
  asking = null;
  if (!found || mine !== pswp || !items.includes(from)) return;
  if (flipped)
    Object.assign(found, {
      before: found.after.reverse(),
      after: found.before.reverse(),
      first: found.last,
      last: found.first,
    });
  Object.assign(from, { ...slide(found.here), src: from.src });
  if (both || from === items[0]) {
    ends.first = found.first;
    items.unshift(...found.before.map(slide));
    shift(pswp, found.before.length);
  }
  if (both || from === items.at(-1)) {
    ends.last = found.last;
    items.push(...found.after.map(slide));
  }
  if (from === current() && from.type === "film") rebuild(pswp, pswp.currIndex);
  refill(pswp);
  changed();
  const step = wish;
  wish = 0;
  if (step) go(step);
}
function changed() {
  const one = current();
  if (!one || pswp.isDestroying) return;
  history.replaceState({ photo: one.id }, "", address(one));
  if (told !== one.id || within("[data-said]").textContent !== one.alt) {
    told = one.id;
    document.title = one.alt;
    within("[data-said]").textContent = one.alt;
    for (const playing of $$("video.live", root)) playing.remove();
    panel.tell();
  }
  const [form, original, index] = [within(".controls form"), within("[data-original]"), pswp.currIndex];
  form.elements.images.value = one.id;
  original.href = `/images/${one.id}/original`;
  button("live").hidden = !one.live;
  button("live").setAttribute("aria-pressed", Boolean(within("video.live")));
  button("prev").hidden = !index;
  button("next").hidden = index === items.length - 1;
  if (index < NEAR && !ends.first) more(items[0]);
  else if (index >= items.length - NEAR && !ends.last) more(items.at(-1));
  clearTimeout(settling);
  settling = setTimeout(() => pswp && sharpen(pswp), 80);
  if (showing) slideshow(true);
}
const button = (name) => within(`[data-do=${name}]`);

function slideshow(on) {
  clearTimeout(showing);
  const going = on && !pswp.isDestroying && (pswp.currIndex < items.length - 1 || asking);
  showing = going ? setTimeout(() => go(1), SHOW_MS) : null;
  root.classList.toggle("playing", Boolean(showing));
  button("slideshow").setAttribute("aria-pressed", Boolean(showing));
}
function live() {
  const there = within("video.live");
  if (there) there.remove();
  else {
    const moving = Object.assign(video(current().film, current().msrc), {
      className: "live",
      loop: true,
      controls: false,
    });
    pswp.currSlide.holderElement.append(moving);
    moving.play().catch(() => moving.remove());
  }
  button("live").setAttribute("aria-pressed", !there);
}
function go(step) {
  const to = pswp.potentialIndex + step;
  if (items[to]) pswp.goTo(to);
  else if (asking) wish += step; // once it is known what is there
}
// PhotoSwipe does not hear of it while it opens
function close() {
  if (pswp.opener.isOpen) pswp.close();
  else pswp.on("openingAnimationEnd", () => pswp.close());
}
const acts = {
  live,
  close,
  prev: () => go(-1),
  next: () => go(1),
  slideshow: () => slideshow(!showing),
  full: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen?.()),
  album: () => panel.menu("a"),
  info: () => {
    document.cookie = `info=${panel.shown() ? "closed" : "open"}; path=/; max-age=31536000; samesite=lax`;
    panel.show(!panel.shown());
    panel.tell(0);
  },
  hide: () => within(".controls form button").click(),
  category: () => panel.menu("c"),
  date: () => panel.menu("d"),
  zoom: () => pswp.toggleZoom(),
};
const keys = {
  ArrowLeft: "prev",
  ArrowRight: "next",
  s: "slideshow",
  f: "full",
  a: "album",
  i: "info",
  h: "hide",
  c: "category",
  d: "date",
  z: "zoom",
};
on("click", "#viewer [data-do]", (event, pressed) => pswp && acts[pressed.dataset.do]());
addEventListener(
  "keydown",
  (event) => {
    const { key, target } = event;
    if (!pswp || event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
    if (pswp.isDestroying && key !== "Escape") return; // the page below has keys, too
    if (key !== "?") event.stopPropagation();
    if (key === "Escape") {
      const opened = within("details.menu[open]");
      if (opened) opened.open = false;
      else acts.close();
    } else if (!target.matches("input, select, textarea")) {
      const act = keys[key];
      if (showing && act !== "slideshow") slideshow(false);
      if (act) acts[act]();
      if (act || (!target.closest("#panel, button, summary, a") && /^(Arrow|Page| |Home|End)/.test(key)))
        event.preventDefault();
    }
  },
  true,
);

// Leaving: Back closes, and closing goes back
function closing() {
  const one = current();
  clearTimeout(settling);
  slideshow(false);
  if (document.fullscreenElement) document.exitFullscreen();
  for (const other of document.body.children) other.inert = false;
  if (page) {
    const back = $("[data-back]", page);
    back.href = back.href.replace(/#.*/, `#p-${one.id}`);
    back.click();
    return;
  }
  document.title = title;
  left = one;
  land();
  document.dispatchEvent(new CustomEvent("viewer:closed", { detail: { id: one.id } }));
  if (!popped) history.back();
}
// On the tile of the photo that one left
function land(one = left) {
  const tile = one && tileOf(one)?.querySelector("a");
  if (!tile || document.activeElement === tile) return;
  tile.focus({ preventScroll: true });
  tile.scrollIntoView({ block: "nearest" });
}
function landed() {
  land();
  if (hidden.size && left) document.dispatchEvent(new CustomEvent("viewer:hid", { detail: { id: left.id } }));
  hidden.clear();
  left = null;
  history.scrollRestoration = restoring;
  again();
}
function again() {
  if (pswp || left || !waiting) return;
  const { what, done } = waiting;
  waiting = null;
  open(...what);
  done();
}
// The way back from a photo leads to the page that is still there: htmx need not fetch it.
let ours = 0;
document.addEventListener(
  "htmx:before:history:restore",
  (event) => performance.now() - ours < 500 && event.preventDefault(),
);
addEventListener("popstate", ({ state }) => {
  if (left || (pswp && !page)) ours = performance.now();
  if (pswp && !page && !pswp.isDestroying) {
    popped = true;
    close();
  } else if (state?.photo) location.reload();
  else if (left) {
    // A browser takes the focus away when it has gone back: before this, or after.
    const one = left;
    globalThis.navigation?.addEventListener("navigatesuccess", () => land(one), { once: true });
    setTimeout(landed);
  }
});
globalThis.navigation?.addEventListener(
  "navigate",
  (event) => {
    if ((left || (pswp && !page)) && event.navigationType === "traverse") event.stopImmediatePropagation(); // htmx would fetch the page
  },
  true,
);

// A command was given from here: the photo's page anew beside it, or the next photo
document.addEventListener(
  "htmx:before:response",
  (event) => {
    const { ctx } = event.detail;
    const form = pswp && ctx.sourceElement?.closest?.("#viewer form");
    if (!form || !ctx.hx?.location) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const given = new URL(ctx.request?.action ?? form.action, location).pathname;
    if (given === "/commands/explain") location.assign(ctx.hx.location);
    else if (given === "/commands/hide-images") {
      const index = items.findIndex((one) => one.id === form.elements.images.value);
      const [one] = items.splice(index, 1);
      const undo = JSON.parse(ctx.hx.trigger ?? "{}").toast?.undo;
      if (undo) hidden.set(undo, { one, index });
      const tile = tileOf(one);
      if (tile) tile.hidden = true;
      if (items.length) rebuild(pswp, Math.min(pswp.currIndex, items.length - 1));
      else {
        items.push(one);
        pswp.close();
      }
    } else panel.tell(0);
  },
  true,
);
document.addEventListener("undone", (event) => {
  if (!pswp || pswp.isDestroying) return;
  event.preventDefault();
  const was = hidden.get(event.detail);
  if (!was) return panel.tell(0);
  hidden.delete(event.detail);
  const tile = tileOf(was.one);
  if (tile) tile.hidden = false;
  if (items.includes(was.one)) return;
  items.splice(was.index, 0, was.one);
  rebuild(pswp, was.index);
});
