// The field in which one chooses a category, an album, a keyword or a person for photos while typing, or a group for a
// category (the combobox of the ARIA Authoring Practices, with a list box). Enter, or a press on a line, applies, or notes
// it in the form around. Without scripts there are the fields that this replaces.
import { anew } from "./anew.js";
import { give } from "./give.js";
import { $, $$, ready, shut } from "./page.js";
import { picked, selectNothing } from "./select.js";
import { carry, toast } from "./toasts.js";
import { words } from "./words.js";

const FEW = 60; // photos that an address names
const pickers = new WeakMap();
let made = 0;
let pressed = false;
for (const type of ["pointerdown", "pointerup", "pointercancel"]) {
  addEventListener(type, () => (pressed = type === "pointerdown"), true);
}

class Picker {
  asked = 0; // the number of the last question …
  shown = 0; // … and of the one whose answer is shown
  answer = null; // the promise of the last one
  giving = false;
  known = ""; // of more photos: those of which is shown what they have

  constructor(root) {
    this.root = root;
    root.replaceChildren(document.importNode($("template", root).content, true));
    this.input = $("[role=combobox]", root);
    this.place = $(".options", root);
    this.chosen = $(".chosen", root); // what a form that is sent as a whole adds and removes …
    this.fills = this.chosen ? null : $("[type=hidden]", root); // … or the only thing that it names
    this.id = `picker-${++made}`;
    this.alone = !root.closest("[data-several]"); // nothing else in its menu has a list
    pickers.set(root, this);
    this.input.addEventListener("input", () => {
      if (this.fills) this.fills.value = "";
      this.ask();
    });
    this.input.addEventListener("focus", () => this.ask());
    this.input.addEventListener("blur", () => (this.menu() && this.alone) || this.leave());
    this.input.addEventListener("act", (event) => this.does(event)); // from keys.js
    this.place.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    this.place.addEventListener("click", (event) => this.click(event));
    this.chosen?.addEventListener("click", (event) => this.takeBack(event));
    if (this.chosen) this.ask().then(() => this.leave()); // what the photos have
  }
  menu() {
    return this.root.closest("details.menu");
  }
  images() {
    const { images } = this.root.dataset;
    return images === undefined ? picked() : images.split(",").filter(Boolean);
  }
  options() {
    return $$("[role=option]", this.place);
  }
  active() {
    return $("[aria-selected=true]", this.place);
  }

  // Of many photos, only some once it is shown what all of them have: names that fit what is typed are the same.
  ask() {
    const mine = ++this.asked;
    const { kind, without = "" } = this.root.dataset;
    const q = this.input.value;
    const images = this.images();
    const all = images.join();
    const only = q && images.length > FEW && this.known === all;
    const query = new URLSearchParams({ kind, without, q, images: only ? spread(images).join() : all });
    const headers = { "HX-Request": "true" };
    this.answer = (async () => {
      const answer = await (
        only || images.length <= FEW
          ? fetch(`/pick?${query}`, { headers })
          : fetch("/pick", { method: "POST", headers, body: query })
      ).catch(() => null);
      const text = answer?.ok && (await answer.text());
      if (mine < this.shown) return;
      this.shown = mine;
      if (text) {
        this.show(text, only);
        this.known = all;
      } else {
        this.hide();
        toast(words.silent);
      }
    })();
    return this.answer;
  }
  show(text, only) {
    const page = new DOMParser().parseFromString(text, "text/html");
    const list = $("[role=listbox]", page);
    const held = this.root.hasAttribute("data-off") ? $$(".held", only ? this.place : page) : [];
    for (const name of this.noted(this.root.dataset.off)) $(`.held [data-off="${CSS.escape(name)}"]`, page)?.remove();
    list.id = this.id;
    if (!this.root.dataset.create) $("[data-new]", list)?.remove();
    this.place.replaceChildren(list, ...held);
    this.options().forEach((option, i) => (option.id = `${this.id}-${i}`));
    this.input.setAttribute("aria-controls", this.id);
    this.input.setAttribute("aria-expanded", this.options().length > 0);
    this.mark(list.hasAttribute("data-sure") ? this.options()[0] : null);
  }
  hide() {
    this.shown = ++this.asked;
    this.known = "";
    this.place.replaceChildren(...(this.chosen ? $$(".held", this.place) : []));
    this.input.setAttribute("aria-expanded", false);
    this.input.removeAttribute("aria-activedescendant");
  }
  // Once the press that took the focus is over: what is pressed would move away from under it.
  leave() {
    this.shown = ++this.asked; // nor does an answer move it
    const left = () => setTimeout(() => document.activeElement === this.input || this.hide());
    if (pressed) addEventListener("pointerup", left, { once: true });
    else left();
  }
  mark(option) {
    this.active()?.setAttribute("aria-selected", false);
    option?.setAttribute("aria-selected", true);
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  // Escape closes the menu around it, as any other.
  does(event) {
    const { act, key } = event.detail;
    const step = act === "walk" && { ArrowDown: 1, ArrowUp: -1 }[key];
    if (step) this.walk(step);
    else if (act === "open") this.enter();
    else if (act === "back" && !this.menu() && this.options().length) this.hide();
    else return;
    event.preventDefault();
  }
  walk(step) {
    const all = this.options();
    if (!all.length) return this.ask();
    const at = all.indexOf(this.active());
    this.mark(all.at((at < 0 && step < 0 ? step : at + step) % all.length));
  }
  // What is typed may be newer than what is shown.
  async enter() {
    while (this.shown < this.asked) await this.answer;
    if (this.active()) this.choose(this.active().dataset);
  }
  click({ target }) {
    const option = target.closest("[role=option]");
    const off = target.closest(".held [data-off]");
    if (option) this.choose(option.dataset);
    else if (off && this.chosen) this.note(this.root.dataset.off, [off.dataset.off]);
    else if (off) this.give(this.root.dataset.off, { [this.root.dataset.field]: off.dataset.off });
  }
  choose({ value, name, new: fresh }) {
    const { kind, command, field, create, createField } = this.root.dataset;
    const several = ["keyword", "person"].includes(kind); // with commas
    const names = several && fresh !== undefined ? fresh.split(",").filter((one) => one.trim()) : fresh;
    if (this.chosen) this.note(this.input.name, names ?? [name]);
    else if (this.fills) {
      this.fills.value = value;
      this.input.value = name;
      this.hide();
    } else if (fresh === undefined) this.give(command, { [field]: value }, value);
    else this.give(create, { [createField]: names });
  }
  // In the form: names to add, or to remove
  note(field, names) {
    for (const name of names.filter((one) => !this.noted(field).includes(one))) {
      const note = document.importNode($("template", this.chosen).content, true);
      $("bdi", note).textContent = name;
      $(".chip", note).classList.toggle("off", field === this.root.dataset.off);
      Object.assign($("input", note), { name: field, value: name });
      this.chosen.append(note);
    }
    this.input.value = "";
    this.ask().then(() => this.leave());
  }
  noted(field) {
    return $$("input", this.root)
      .filter((input) => input.type === "hidden" && input.name === field)
      .map((input) => input.value);
  }
  takeBack({ target }) {
    target.closest(".chip")?.parentElement.remove();
    this.ask().then(() => this.leave());
  }
  async give(command, fields, value) {
    if (this.giving) return;
    this.giving = true;
    const { root } = this;
    const done = await give(command, this.images(), { ...JSON.parse(root.dataset.fields), ...fields });
    this.giving = false;
    if (!done) return;
    this.input.value = "";
    this.hide();
    const menu = this.menu();
    if (menu) shut(menu);
    if (root.dataset.leads && value) {
      carry(done);
      location.assign(root.dataset.leads + value);
    } else if (root.dispatchEvent(new CustomEvent("given", { bubbles: true, cancelable: true }))) {
      if (root.closest(".selection")) selectNothing();
      anew();
    }
  }
}

function spread(images) {
  return Array.from({ length: FEW }, (_, i) => images[Math.floor((i * images.length) / FEW)]);
}
// Below a part of the page that has just come
function enliven(part = document) {
  for (const root of $$(".picker:has(> template)", part)) new Picker(root);
}
document.addEventListener("filled", ({ detail }) => enliven(detail)); // from panel.js
document.addEventListener(
  "toggle",
  ({ target }) => {
    if (!target.open) return;
    const picker = pickers.get($(".picker", target));
    if (!picker?.alone || picker.menu() !== target) return;
    if (matchMedia("(hover: hover)").matches) picker.input.focus();
    else picker.ask(); // without the keyboard of a touch screen
  },
  true,
);
ready(() => enliven());
