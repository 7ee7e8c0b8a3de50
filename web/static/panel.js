// The details panel beside the photo in the viewer.
import { enliven } from "./map.js";
import { $, $$ } from "./page.js";

const WAIT_MS = 150; // fetch nothing while the user flicks through photos

// `root`: the viewer; `address()`: URL of the current photo's page, null once the viewer is closed
export function panelOf(root, address) {
  const panel = $("#panel", root);
  let telling;
  let asking = 0; // the number of the last question …
  let filled = 0; // … and of the one whose answer is shown,
  let of = null; // which is about this photo
  let given = false; // whether it is asked since a command was given: what is open is done with
  let kept = false; // whether the details are not the newest, since the user has a menu open, or has begun to write
  panel.addEventListener("toggle", ({ target }) => kept && !target.open && tell(0), true);
  function show(shown) {
    panel.hidden = !shown;
    $("[data-do=info]", root).setAttribute("aria-expanded", shown);
  }
  // Until a photo's details have come, those of the last one are shown; nothing can be done with them.
  const late = () => of !== address();
  // `about`: the page that says so
  function fill(nodes, about) {
    of = about;
    panel.inert = late();
    panel.replaceChildren(...nodes);
    for (const copy of $$("[data-copy]", panel)) copy.hidden = false;
    document.dispatchEvent(new CustomEvent("filled", { detail: panel })); // heard by picker.js
  }
  function tell(wait = WAIT_MS) {
    clearTimeout(telling);
    panel.inert = late();
    if (!panel.hidden) telling = setTimeout(told, wait);
  }
  function renew() {
    given = true;
    tell(0);
  }
  async function told() {
    const [asked, mine, before, done] = [address(), ++asking, document.activeElement, given];
    given = false;
    const answer = asked && (await fetch(asked, { headers: { "HX-Request": "true" } }).catch(() => null));
    const text = answer?.ok && (await answer.text());
    if (!text || asked !== address() || mine < filled) return;
    const active = panel.contains(document.activeElement) && document.activeElement;
    const choosing = active && active.matches("[role=combobox]") && active.value; // emptied once it is chosen
    const writing = active && active !== before && active.matches("input:not([type=checkbox]), select, textarea");
    const open = !done && $("details.menu[open], form.sheet", panel);
    kept = Boolean(choosing) || (of === asked && Boolean(writing || open));
    if (kept) return;
    filled = mine;
    const key = active && active.closest("[data-key]")?.dataset.key;
    fill($("aside", new DOMParser().parseFromString(text, "text/html")).childNodes, asked);
    htmx.process(panel);
    if (key) $(`[data-key=${key}] summary`, panel)?.focus();
  }
  async function menu(key) {
    show(true);
    if (late() || !$(`[data-key=${key}]`, panel)) await told();
    const found = !late() && $(`[data-key=${key}]`, panel);
    if (!found) return null;
    found.open = true;
    found.scrollIntoView({ block: "nearest" });
    const field = $("input:not([type=hidden]), select", found);
    field.focus();
    return field;
  }
  // The edit sheet in place of the details, until it is saved or left
  async function sheet(id) {
    const about = address();
    const body = new URLSearchParams({ images: id, next: about });
    const answer = await fetch("/edit", { method: "POST", headers: { "HX-Request": "true" }, body }).catch(() => null);
    const text = answer?.ok && (await answer.text());
    const form = text && $("form.sheet", new DOMParser().parseFromString(text, "text/html"));
    if (!form || about !== address()) return;
    show(true);
    filled = ++asking; // what was asked before is not shown any more
    fill([form], about);
    htmx.process(panel);
    $$(".map", panel).forEach(enliven);
    $("input:not([type=hidden])", panel).focus();
  }
  return { show, fill, tell, renew, menu, sheet, shown: () => !panel.hidden };
}
