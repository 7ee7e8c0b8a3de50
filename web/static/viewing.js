// The photo that is open over the page, one at a time: its buttons, keys, Back, and the commands given from it.
import { hear, letter } from "./keys.js";
import { $, on, shut } from "./page.js";
import { Viewer } from "./viewer.js";

let viewer = null; // open, or still closing
let waiting = null; // to open after that

// `href`: the photo's page; see Viewer. Waits while another photo is closing, and then returns a promise.
export function open(href, image, own) {
  if (viewer) return viewer.left && new Promise((done) => (waiting = { what: [href, image, own], done }));
  const [, id, query] = href.match(/^\/images\/([0-9a-f]{32})([^#]*)/) ?? [];
  if (id) viewer = new Viewer({ id, query, image, own }, gone);
}
function gone() {
  viewer = null;
  if (!waiting) return;
  const { what, done } = waiting;
  waiting = null;
  open(...what);
  done();
}

// A menu of the details. They may have to be fetched: what is typed meanwhile is for its field, and is no key.
let ahead = null;
async function menu(one, key) {
  ahead = [];
  const field = await one.panel.menu(key).catch(() => null);
  const keys = ahead;
  ahead = null;
  if (!field?.matches("[role=combobox]") || !keys.length) return;
  field.value += keys.filter((typed) => typed.length === 1).join("");
  field.dispatchEvent(new Event("input"));
  if (keys.includes("open")) field.dispatchEvent(new CustomEvent("act", { detail: { act: "open" }, cancelable: true }));
}

// Actions of its buttons and keys
const acts = {
  close: (one) => one.close(),
  prev: (one) => one.go(-1),
  next: (one) => one.go(1),
  live: (one) => one.live(),
  slideshow: (one) => one.slideshow(),
  play: (one) => one.play(),
  full: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen?.()),
  info: (one) => one.info(),
  album: (one) => menu(one, "a"),
  category: (one) => menu(one, "c"),
  date: (one) => menu(one, "d"),
  edit: (one) => menu(one, "e"),
  keywords: (one) => menu(one, "k"),
  people: (one) => menu(one, "p"),
  place: (one) => menu(one, "l"),
  favorite: (one) => one.love(),
  rate: (one, stars) => one.rate(Number(stars)),
  zero: (one) => one.rate(0),
  rotateleft: (one) => one.rotate("left"),
  rotateright: (one) => one.rotate("right"),
  mirror: (one) => one.rotate("mirror"),
  hide: (one) => one.within(".controls form button").click(),
  bin: (one) => one.toBin(),
  zoom: (one) => one.pswp.toggleZoom(),
};
on("click", "#viewer [data-do]", (event, { dataset, value, parentElement }) => {
  if (!viewer?.pswp) return;
  acts[dataset.do](viewer, value);
  if (parentElement.matches(".pop")) parentElement.parentElement.open = false;
});
on("submit", "#viewer form[action='/edit']", (event) => {
  event.preventDefault();
  viewer?.panel.sheet(viewer.current().id);
});
on("click", "#viewer .sheet a[data-leaves]", (event) => {
  event.preventDefault();
  viewer?.panel.renew();
});
hear((act, event, typing) => {
  if (!viewer?.pswp || act === "help") return false;
  if (viewer.pswp.isDestroying) return act === "back" && !waiting; // the rest is for the page
  const { key, target } = event;
  if (ahead && !typing && act !== "back" && !event.ctrlKey && !event.metaKey)
    return Boolean(ahead.push(act === "open" ? act : key));
  event.stopPropagation();
  if (act === "back") {
    const opened = viewer.within("details.menu[open]");
    if (opened) shut(opened);
    else viewer.close();
    return true;
  }
  if (typing || act === "all" || act === "carry") return null;
  const does = acts[act === "walk" ? { ArrowLeft: "prev", ArrowRight: "next" }[key] : act];
  if (act === "play" && target.closest("button, summary, a")) return null; // it presses that
  if (!["slideshow", "play", "full", "info"].includes(act)) viewer.stop();
  does?.(viewer, letter(event));
  return (
    Boolean(does) || (!target.closest("#panel, button, summary, a") && /^(Arrow|Page| |Home|End)/.test(key)) || null
  );
});

// Going back from a photo leads to the page that is still loaded: keep htmx from fetching it.
const above = () => viewer?.left || (viewer?.pswp && !viewer.own);
let ours = 0;
document.addEventListener(
  "htmx:before:history:restore",
  (event) => performance.now() - ours < 500 && event.preventDefault(),
);
addEventListener("popstate", ({ state }) => {
  if (above()) ours = performance.now();
  const opened = above() && viewer.isOpen() && viewer.within("details.menu[open]");
  if (opened) {
    shut(opened);
    history.pushState({ photo: viewer.current().id }, "", viewer.address()); // one is still here
  } else if (above() && viewer.isOpen()) viewer.back();
  else if (state?.photo) location.reload();
  else if (viewer?.left) viewer.returned();
});
globalThis.navigation?.addEventListener(
  "navigate",
  (event) => {
    if (above() && event.navigationType === "traverse") event.stopImmediatePropagation(); // htmx would fetch the page
  },
  true,
);

// A command was given from the viewer, or from a question about one: refresh the panel, or go to the next photo. The
// viewer may be closed by the time of the answer.
const sent = new WeakMap();
on("submit", "#viewer form, dialog.asking form", (event, form) => viewer && sent.set(form, viewer));
document.addEventListener(
  "htmx:before:response",
  (event) => {
    const { ctx } = event.detail;
    const form = ctx.sourceElement?.closest?.("form");
    const from = sent.get(form);
    if (!from || !ctx.hx?.location) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    $("dialog.asking")?.close();
    const given = new URL(ctx.request?.action ?? form.action, location).pathname;
    if (given === "/commands/explain") location.assign(ctx.hx.location);
    else if (given === "/commands/hide-images")
      from.hide(form.elements.images.value, JSON.parse(ctx.hx.trigger ?? "{}").toast?.undo);
    else from.answered(given === "/commands/rotate");
  },
  true,
);
document.addEventListener("given", (event) => {
  if (!viewer || !(event.target === document || event.target.closest("#viewer"))) return;
  event.preventDefault();
  viewer.answered();
});
document.addEventListener("undone", (event) => {
  if (!viewer?.isOpen()) return;
  event.preventDefault();
  viewer.undo(event.detail);
});
