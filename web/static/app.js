// Comfort only: everything works without it by links and forms.
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const on = (type, selector, act) =>
  document.addEventListener(type, (event) => {
    const element = event.target.closest?.(selector);
    if (element) act(event, element);
  });

// Toasts. One that belongs to a page we are about to leave is shown on the next.
function toast(text, undo) {
  const note = document.createElement("p");
  note.className = "toast";
  note.textContent = text;
  if (undo) {
    const button = document.createElement("button");
    button.textContent = "Undo";
    button.onclick = () => takeBack(note, undo);
    note.append(button);
  }
  $("#toasts").append(note);
  setTimeout(() => note.remove(), undo ? 10000 : 6000);
}
async function takeBack(note, command_id) {
  note.remove();
  const answer = await fetch("/commands/undo", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ command_id }),
  });
  const said = await answer.json();
  toast(answer.ok ? "Undone" : said.detail);
  if (answer.ok) setTimeout(() => htmx.ajax("GET", location.href, { target: "#page", swap: "outerHTML" }), 300);
}
const carried = JSON.parse(sessionStorage.getItem("toast") ?? "null");
if (carried) {
  sessionStorage.removeItem("toast");
  toast(carried.text, carried.undo);
}
let leaving = false;
document.addEventListener("toast", ({ detail }) => {
  if (leaving) sessionStorage.setItem("toast", JSON.stringify(detail));
  else toast(detail.text, detail.undo);
});
document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  const page = new DOMParser().parseFromString(ctx.text ?? "", "text/html");
  let said = page.querySelector("[data-detail]")?.textContent;
  try {
    said ??= JSON.parse(ctx.text).detail;
  } catch {
    said = "That did not work.";
  }
  toast(said);
});
document.addEventListener("htmx:error", () => toast("Albumen does not answer. Is it still running?"));

// A command was done: stay where we are, show this page anew, or go on to the page that it names.
document.addEventListener("htmx:before:response", (event) => {
  const { ctx } = event.detail;
  const next = ctx.hx?.location;
  if (!next) return;
  event.preventDefault();
  const form = ctx.sourceElement.closest("form");
  if (form?.closest("#progress") && location.pathname !== "/jobs") return; // the line shows it
  if (form?.hasAttribute("data-stay")) {
    if (form.dataset.takesOut !== undefined) for (const box of picked()) box.closest(".tile").remove();
    selectNothing();
    for (const menu of $$("details.menu[open]")) menu.open = false;
  } else if (new URL(next, location).href === location.href.split("#")[0]) {
    htmx.ajax("GET", next, { target: "#page", swap: "outerHTML" });
  } else {
    leaving = true;
    setTimeout(() => location.assign(next));
  }
});
on("click", "form[data-stay] button", (event, button) => {
  const form = button.form;
  if (button.hasAttribute("data-takes-out")) form.dataset.takesOut = "";
  else delete form.dataset.takesOut;
});

// Selecting
let last = null;
const boxes = () => $$(".pick input");
const picked = () => $$(".pick input:checked");
function tell() {
  const count = picked().length;
  for (const output of $$("[data-selected]")) output.textContent = count === 1 ? "1 photo" : `${count.toLocaleString()} photos`;
}
function selectNothing() {
  for (const box of picked()) box.checked = false;
  $(".selection")?.classList.remove("selecting");
  last = null;
  tell();
}
function range(to, checked) {
  const all = boxes();
  const [from, until] = [all.indexOf(last), all.indexOf(to)].sort((a, b) => a - b);
  for (const box of all.slice(from, until + 1)) box.checked = checked;
}
on("click", ".pick input", (event, box) => {
  if (event.shiftKey && last?.isConnected) range(box, box.checked);
  last = box;
  tell();
});
on("click", "[data-clear]", (event) => {
  event.preventDefault();
  selectNothing();
});
on("click", "[data-select]", (event) => {
  const form = $(".selection");
  if (!form) return;
  event.preventDefault();
  form.classList.add("selecting");
  tell();
});
on("click", ".tile a", (event, link) => {
  const form = link.closest(".selection");
  if (held || form?.classList.contains("selecting") || picked().length) {
    event.preventDefault();
    if (!held) $("input", link.parentElement).click();
    held = false;
  } else {
    $("img", link).style.viewTransitionName = "photo";
  }
});
let pressing;
let held = false;
on("pointerdown", ".tile a", (event, link) => {
  held = false;
  if (event.pointerType === "mouse") return;
  pressing = setTimeout(() => {
    held = true;
    $("input", link.parentElement).click();
  }, 450);
});
for (const type of ["pointerup", "pointercancel", "pointermove", "scroll"]) document.addEventListener(type, () => clearTimeout(pressing), { passive: true });
on("contextmenu", ".tile a", (event) => held && event.preventDefault());
on("keydown", ".pick input", (event) => event.key === "Enter" && event.preventDefault());
on("click", "body", (event) => {
  for (const menu of $$("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

// Search: how it may go on. Arrows lead into the list and back, Escape puts it away.
on("pointerdown", "#completions a", (event) => event.preventDefault());
on("click", "#completions a", (event, link) => {
  event.preventDefault();
  const field = $("#q");
  field.value = link.dataset.q;
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
on("keydown", ".search", (event) => {
  const links = $$("#completions a");
  const at = links.indexOf(event.target);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape" && links.length) $("#completions").replaceChildren();
  else if (!step || !links.length || at + step < -1) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  (step && links[Math.min(at + step, links.length - 1)] || $("#q")).focus();
});

// Keys
function nextTile(from, key) {
  const links = $$(".tile a");
  const index = links.indexOf(from);
  if (index < 0) return links.find((link) => link.getBoundingClientRect().top >= 0) ?? links[0];
  if (key === "ArrowLeft") return links[index - 1];
  if (key === "ArrowRight") return links[index + 1];
  const here = from.getBoundingClientRect();
  const middle = here.left + here.width / 2;
  const step = key === "ArrowDown" ? 1 : -1;
  let best = null;
  let row = null;
  for (let i = index + step; links[i]; i += step) {
    const box = links[i].getBoundingClientRect();
    if (Math.abs(box.top - here.top) < 8) continue;
    if (row !== null && Math.abs(box.top - row) > 8) break;
    row = box.top;
    const distance = Math.abs(box.left + box.width / 2 - middle);
    if (!best || distance < best.distance) best = { link: links[i], distance };
  }
  return best?.link;
}
function open(key) {
  const menu = $(`.selbar details[data-key=${key}]`);
  if (!menu || !picked().length) return;
  menu.open = true;
  $("input, select", menu).focus();
}
document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  const typing = target.matches("input:not([type=checkbox]), select, textarea");
  if (key === "Escape") {
    const menu = $("details.menu[open]");
    if (menu) menu.open = false;
    else if (picked().length || $(".selecting")) selectNothing();
    else if (!typing) $("[data-back]")?.click();
    return;
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
  const scrubbing = target.closest?.(".scrubber li");
  if (key.startsWith("Arrow") && scrubbing) {
    const to = key === "ArrowUp" || key === "ArrowLeft" ? scrubbing.previousElementSibling : scrubbing.nextElementSibling;
    to?.firstElementChild.focus();
    event.preventDefault();
  } else if ($(".photo")) {
    if (key === "ArrowLeft") $(".prev")?.click();
    else if (key === "ArrowRight") $(".next")?.click();
    else if (key === "i") $("#info").click();
  } else if (key.startsWith("Arrow")) {
    const link = nextTile(target.closest?.(".tile a"), key);
    if (link) {
      event.preventDefault();
      link.focus({ preventScroll: true });
      link.scrollIntoView({ block: "nearest" });
    }
  } else if (key.toLowerCase() === "x") {
    const tile = target.closest?.(".tile") ?? $(".tile:hover");
    const box = tile && $(".pick input", tile);
    if (!box) return;
    box.checked = !box.checked;
    if (event.shiftKey && last?.isConnected) range(box, box.checked);
    last = box;
    tell();
  }
  if (key === "h" && (picked().length || $(".photo"))) $("[data-key=h]")?.click();
  if (key === "a" || key === "c" || key === "d") {
    open(key);
    if ($("details.menu[open]")) event.preventDefault();
  } else if (key === "/") {
    event.preventDefault();
    const field = $("[type=search]");
    if (field) field.focus();
    else location.assign("/search");
  } else if (key === "?") $("#keys").showModal();
});

// Theme
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");
function showTheme() {
  root.toggleAttribute("data-dark", (root.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark");
}
dark.addEventListener("change", showTheme);
showTheme();
on("click", "[data-theme-switch]", () => {
  root.dataset.theme = root.hasAttribute("data-dark") ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
  showTheme();
});

// One photo: copying a path, remembering whether the details are open, hiding controls when nothing moves
on("click", "[data-copy]", async (event, button) => {
  await navigator.clipboard.writeText(button.dataset.copy);
  toast("Path copied");
});
on("change", "#info", (event, box) => localStorage.setItem("info", box.checked ? "open" : "closed"));
on("click", "[data-back]", (event) => {
  const from = document.referrer && new URL(document.referrer);
  if (from && from.origin === location.origin && !from.pathname.startsWith("/images/")) {
    event.preventDefault();
    history.back();
  }
});
let idling;
function awake() {
  document.body.classList.remove("idle");
  clearTimeout(idling);
  if ($(".photo")) idling = setTimeout(() => document.body.classList.add("idle"), 2000);
}
for (const type of ["pointermove", "pointerdown", "keydown"]) document.addEventListener(type, awake, { passive: true });
document.addEventListener("error", ({ target }) => target.matches?.("img.high") && target.remove(), true);

// Back on the grid, the photo shrinks into the tile that it came from.
addEventListener("pagereveal", ({ viewTransition }) => {
  const from = globalThis.navigation?.activation?.from?.url?.match(/\/images\/([0-9a-f]{32})/);
  const tile = from && $(`#p-${from[1]} img`);
  for (const image of $$(".tile img")) image.style.viewTransitionName = "";
  if (!viewTransition || !tile) return;
  tile.style.viewTransitionName = "photo";
  Promise.allSettled([viewTransition.finished]).then(() => { tile.style.viewTransitionName = ""; });
});

// The scrubber: dragging goes to the month under the finger.
on("pointerdown", ".scrubber", (event, bar) => {
  event.preventDefault();
  const at = (y) => {
    for (const link of $$("a.at", bar)) link.classList.remove("at");
    const items = $$("li", bar);
    const item = items.find((li) => li.getBoundingClientRect().bottom >= y) ?? items.at(-1);
    item.firstElementChild.classList.add("at");
    return item.firstElementChild;
  };
  at(event.clientY);
  bar.setPointerCapture(event.pointerId);
  bar.onpointermove = (move) => at(move.clientY);
  bar.onpointerup = (up) => {
    bar.onpointermove = bar.onpointerup = null;
    location.assign(at(up.clientY).href);
  };
});
let scrolling;
addEventListener("scroll", () => {
  document.body.classList.add("scrolling");
  clearTimeout(scrolling);
  scrolling = setTimeout(() => document.body.classList.remove("scrolling"), 1200);
}, { passive: true });

// What only makes sense with this script, and years of the scrubber that would lie on each other
function ready() {
  for (const element of $$("[data-copy], [data-theme-switch]")) element.hidden = false;
  const info = $("#info");
  if (info && localStorage.getItem("info") === "closed") info.checked = false;
  let bottom = -Infinity;
  for (const year of $$(".scrubber .year")) {
    const top = year.getBoundingClientRect().top;
    const crowded = top < bottom + 2;
    year.classList.toggle("crowded", crowded);
    if (!crowded) bottom = top + 14;
  }
  tell();
  awake();
}
document.addEventListener("htmx:after:swap", ready);
addEventListener("resize", ready);
ready();
