// The viewer: photos over the page, with PhotoSwipe. Slides hold previews; the large image loads when the user stays.
import { anew } from "./anew.js";
import { give } from "./give.js";
import { lightbox } from "./lightbox.js";
import { $, $$ } from "./page.js";
import { panelOf } from "./panel.js";
import { Slideshow } from "./playing.js";
import { movingOver, rebuild, refill, sharpen, shift, slide } from "./slides.js";

const NEAR = 8; // fetch more when fewer photos than this are left on a side
const flipped = document.documentElement.dir === "rtl"; // right to left: the next photo is on the left
const tileOf = ({ id }) => $(`#p-${id}`);
const send = (type, id) => document.dispatchEvent(new CustomEvent(`viewer:${type}`, { detail: { id } }));
export class Viewer {
  popped = false; // whether the browser went back
  left = null; // the photo that was just closed, until the page is back
  title = document.title;
  ends = { first: false, last: false };
  hidden = new Map(); // command -> the photo it hid, for Undo
  dated = false; // whether the grid shows what is no longer so
  wish = 0; // pending steps, taken once more photos are loaded
  root = $("#viewer-frame").content.firstElementChild.cloneNode(true);

  // `image`: the photo's visible preview; `own`: its page, if we are already on it; `gone()` is called once all is as
  // before.
  constructor({ id, query, image, own }, gone) {
    const { root } = this;
    const [width, height] = [image.getAttribute("width"), image.getAttribute("height")].map(Number);
    Object.assign(this, {
      query,
      own,
      gone,
      items: [slide({ id, width, height, alt: image.alt, preview: image.currentSrc || image.getAttribute("src") })],
    });
    for (const other of document.body.children) other.inert = !other.matches("#toasts, dialog");
    document.body.append(root);
    htmx.process(root);
    if (!own) {
      this.restoring = history.scrollRestoration;
      history.scrollRestoration = "manual"; // we scroll to the tile ourselves
      history.pushState({ photo: id }, "", this.address(this.items[0]));
    }
    const info = own ? $("#info").checked : /(^|; )info=open/.test(document.cookie) && innerWidth > 767;
    this.panel = panelOf(root, () => this.pswp && this.address());
    if (own) this.panel.fill($("aside", own).childNodes, this.address(this.items[0]));
    this.panel.show(info);
    this.button("full").hidden = !document.fullscreenEnabled;
    this.player = new Slideshow(
      () => this.forth(),
      (going) => {
        root.classList.toggle("playing", going);
        this.button("slideshow").setAttribute("aria-pressed", going);
      },
    );
    this.pswp = this.photoSwipe();
    this.pswp.init();
    this.pswp.element.removeAttribute("role"); // the viewer itself is the dialog
    root.focus({ preventScroll: true });
    send("opened", id);
    this.more(this.items[0], true);
    this.count(this.items[0]);
  }
  photoSwipe() {
    const pswp = lightbox(this.within(".canvas"), this.items, {
      grows: !this.own,
      tile: () => tileOf(this.current()),
      touched: () => this.stop(),
      tapped: () => this.root.classList.toggle("bare"),
    });
    pswp.on("change", () => this.changed());
    pswp.on("openingAnimationEnd", () => refill(pswp));
    pswp.on("close", () => this.closing());
    pswp.on("destroy", () => {
      clearTimeout(this.settling);
      this.root.remove();
      this.pswp = null;
      if (this.popped) setTimeout(() => this.landed());
      else this.over();
    });
    return pswp;
  }

  within(selector) {
    return $(selector, this.root);
  }
  button(name) {
    return this.within(`[data-do=${name}]`);
  }
  current() {
    return this.items[this.pswp.currIndex];
  }
  address({ id } = this.current()) {
    return `/images/${id}${this.query}`;
  }

  // Load more photos, on one side or, at first, on both
  async more(from, both) {
    if (this.asking || !this.pswp) return;
    this.asking = true;
    const answer = await fetch(this.address(from).replace(from.id, `${from.id}/around`)).catch(() => null);
    const found = answer?.ok && (await answer.json());
    this.asking = false;
    const { items, ends, pswp } = this;
    if (!found || !pswp || !items.includes(from)) return;
    let { before, after, first, last } = found;
    if (flipped) [before, after, first, last] = [after.reverse(), before.reverse(), last, first];
    Object.assign(from, { ...slide(found.here), src: from.src });
    if (both || from === items[0]) {
      ends.first = first;
      items.unshift(...before.map(slide));
      this.first -= (flipped ? -1 : 1) * before.length;
      shift(pswp, before.length);
    }
    if (both || from === items.at(-1)) {
      ends.last = last;
      items.push(...after.map(slide));
    }
    if (from === this.current() && from.type === "film") rebuild(pswp, pswp.currIndex);
    refill(pswp);
    this.changed();
    const to = Math.max(0, Math.min(items.length - 1, pswp.potentialIndex + this.wish));
    if (this.wish) pswp.goTo(to);
    this.wish = 0;
  }
  // Asks which of how many photos this one is; of its neighbours, this follows (`first`: the place of items[0]).
  async count(one) {
    const answer = await fetch(this.address(one).replace(one.id, `${one.id}/place`)).catch(() => null);
    const { place, total } = (answer?.ok && (await answer.json())) || {};
    if (!place || !this.pswp) return;
    this.total = total;
    this.first = place + (flipped ? 1 : -1) * this.items.indexOf(one);
    this.changed();
  }
  place() {
    return this.total && this.first + (flipped ? -1 : 1) * this.pswp.currIndex;
  }
  // What its buttons say of the photo
  dress({ favorite, rating = 0, film, live }) {
    const number = (one) => one.toLocaleString(document.documentElement.lang);
    const of = this.within("[data-place]");
    const place = this.place();
    if (place)
      of.textContent = of.dataset.place.replace("{place}", number(place)).replace("{total}", number(this.total));
    this.button("favorite").setAttribute("aria-pressed", Boolean(favorite));
    this.within("[data-stars] b").textContent = rating || "";
    $$("[data-do=rate]", this.root).forEach((star, before) => {
      star.setAttribute("aria-pressed", before < rating);
      star.value = before + 1 === rating ? 0 : before + 1; // the stars that it has: none
    });
    this.button("rotateright").hidden = Boolean(film && !live);
    this.root.classList.toggle("film", Boolean(film && !live));
    this.button("live").hidden = !live;
  }
  changed() {
    const { pswp, items, ends } = this;
    const one = this.current();
    if (!one || pswp.isDestroying) return;
    history.replaceState({ photo: one.id }, "", this.address());
    const said = this.within("[data-said]");
    if (this.told !== one.id || said.textContent !== one.alt) {
      this.told = one.id;
      document.title = one.alt;
      said.textContent = one.alt;
      for (const playing of $$("video.live", this.root)) playing.remove();
      this.panel.tell();
    }
    const index = pswp.currIndex;
    this.within(".controls form").elements.images.value = one.id;
    this.within("[data-original]").href = `/images/${one.id}/original`;
    this.dress(one);
    this.button("live").setAttribute("aria-pressed", Boolean(this.within("video.live")));
    this.button("prev").hidden = !index;
    this.button("next").hidden = index === items.length - 1;
    if (index < NEAR && !ends.first) this.more(items[0]);
    else if (index >= items.length - NEAR && !ends.last) this.more(items.at(-1));
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.pswp && sharpen(this.pswp), 80);
    if (this.player.going) this.player.show(this.film());
  }
  go(step) {
    const to = this.pswp.potentialIndex + step;
    if (this.items[to]) this.pswp.goTo(to);
    else if (this.asking) this.wish += step;
  }
  // The next photo of the slideshow; false at the end
  forth() {
    const there = this.pswp.currIndex < this.items.length - 1 || Boolean(this.asking);
    if (there) this.go(1);
    return there;
  }
  // The video that is shown, if it is one
  film() {
    const { content } = this.pswp.currSlide ?? {};
    return content?.type === "film" ? content.element : null;
  }
  slideshow() {
    if (this.player.going) this.stop();
    else this.player.show(this.film());
  }
  // A video stops or goes on, with the slideshow if there is one; with a photo, the slideshow does.
  play() {
    const film = this.film();
    const going = this.player.going;
    if (!film || going) this.slideshow();
    if (film && (going || !film.paused)) film.pause();
    else film?.play().catch(() => {});
  }
  stop() {
    this.player.stop();
  }

  info() {
    document.cookie = `info=${this.panel.shown() ? "closed" : "open"}; path=/; max-age=31536000; samesite=lax`;
    this.panel.show(!this.panel.shown());
    this.panel.tell(0);
  }
  async say(command, fields) {
    const one = this.current();
    const done = await give(command, [one.id], fields);
    if (done) this.answered();
    return Boolean(done);
  }
  // After any command: the page behind shows it once one is back there, or now, if one is back already. `rotated`: the
  // picture may lie another way now.
  answered(rotated) {
    this.dated = true;
    if (!this.pswp && !this.left) anew();
    if (!this.isOpen()) return;
    this.panel.renew();
    if (rotated) this.renew();
  }
  async rotate(by) {
    const one = this.current();
    if (await this.say("rotate", { by })) await this.renew(one);
  }
  async renew(one = this.current()) {
    const answer = await fetch(`/images/${one.id}/around?limit=1`).catch(() => null);
    const here = answer?.ok && (await answer.json()).here;
    if (!here || !this.isOpen()) return;
    const again = slide(here);
    const same = again.sharp === one.sharp;
    Object.assign(one, again);
    if (!same && this.items.includes(one)) rebuild(this.pswp, this.pswp.currIndex);
  }
  async love() {
    const one = this.current();
    if (await this.say("set-favorite", { favorite: !one.favorite })) one.favorite = !one.favorite;
    if (this.isOpen()) this.changed();
  }
  async rate(rating) {
    const one = this.current();
    if (await this.say("set-rating", { rating })) one.rating = rating;
    if (this.isOpen()) this.changed();
  }
  async toBin() {
    const { id } = this.current();
    const done = await give("move-to-bin", [id], {});
    if (done) this.hide(id, done.undo);
  }
  live() {
    const there = this.within("video.live");
    if (there) there.remove();
    else movingOver(this.pswp);
    this.button("live").setAttribute("aria-pressed", !there);
  }

  // Closing: Back closes the viewer, and closing it goes back. PhotoSwipe ignores close() while it is opening.
  close() {
    if (this.pswp.opener.isOpen) this.pswp.close();
    else this.pswp.on("openingAnimationEnd", () => this.pswp.close());
  }
  closing() {
    const one = this.current();
    clearTimeout(this.settling);
    this.player.end();
    if (document.fullscreenElement) document.exitFullscreen();
    for (const other of document.body.children) other.inert = false;
    if (this.own) {
      const back = $("[data-back]", this.own);
      back.href = back.href.replace(/#.*/, `#p-${one.id}`);
      back.click();
      return;
    }
    document.title = this.title;
    this.left = one;
    this.land();
    send("closed", one.id);
    if (!this.popped) history.back();
  }
  // Focus the tile of the closed photo
  land(one = this.left) {
    const tile = one && tileOf(one)?.querySelector("a");
    if (!tile || document.activeElement === tile) return;
    tile.focus({ preventScroll: true });
    tile.scrollIntoView({ block: "nearest" });
  }
  landed() {
    this.land();
    if ((this.hidden.size || this.dated) && this.left) send("hid", this.left.id);
    this.left = null;
    history.scrollRestoration = this.restoring;
    this.over();
  }
  over() {
    if (!this.pswp && !this.left) this.gone();
  }
  // Open and usable
  isOpen() {
    return this.pswp && !this.pswp.isDestroying;
  }
  // The browser went back: the user pressed Back, or closed the viewer
  back() {
    this.popped = true;
    this.close();
  }
  returned() {
    // Browsers move the focus after going back, sometimes later than this.
    const one = this.left;
    globalThis.navigation?.addEventListener("navigatesuccess", () => this.land(one), { once: true });
    setTimeout(() => this.landed());
  }

  // The photo was hidden: show the next one
  hide(id, undo) {
    if (!this.isOpen()) return this.answered();
    const { items, pswp } = this;
    const index = items.findIndex((one) => one.id === id);
    const [one] = items.splice(index, 1);
    this.total -= 1;
    if (flipped) this.first -= 1;
    if (undo) this.hidden.set(undo, { one, index });
    const tile = tileOf(one);
    if (tile) tile.hidden = true;
    if (items.length) rebuild(pswp, Math.min(pswp.currIndex, items.length - 1));
    else {
      items.push(one);
      pswp.close();
    }
  }
  undo(command) {
    const was = this.hidden.get(command);
    if (!was) return this.answered(true);
    this.hidden.delete(command);
    const tile = tileOf(was.one);
    if (tile) tile.hidden = false;
    if (this.items.includes(was.one)) return;
    this.total += 1;
    if (flipped) this.first += 1;
    this.items.splice(was.index, 0, was.one);
    rebuild(this.pswp, was.index);
  }
}
