// The details panel beside the photo in the viewer.
import { enliven } from "./map.js";
import { $, $$ } from "./page.js";

const WAIT_MS = 150; // fetch nothing while the user flicks through photos

// `root`: the viewer; `address()`: URL of the current photo's page, null once the viewer is closed
export function panelOf(root, address) {
  const panel = $("#panel", root);
  let telling;
  function show(shown) {
    panel.hidden = !shown;
    $("[data-do=info]", root).setAttribute("aria-expanded", shown);
  }
  function fill(nodes) {
    panel.replaceChildren(...nodes);
    for (const copy of $$("[data-copy]", panel)) copy.hidden = false;
  }
  function tell(wait = WAIT_MS) {
    clearTimeout(telling);
    if (!panel.hidden) telling = setTimeout(told, wait);
  }
  async function told() {
    const asked = address();
    const answer = asked && (await fetch(asked, { headers: { "HX-Request": "true" } }).catch(() => null));
    const text = answer?.ok && (await answer.text());
    if (!text || asked !== address()) return;
    const kept = panel.contains(document.activeElement) && document.activeElement.closest("[data-key]")?.dataset.key;
    fill($("aside", new DOMParser().parseFromString(text, "text/html")).childNodes);
    htmx.process(panel);
    if (kept) $(`[data-key=${kept}] summary`, panel)?.focus();
  }
  async function menu(key) {
    show(true);
    if (!$(`[data-key=${key}]`, panel)) await told();
    const found = $(`[data-key=${key}]`, panel);
    if (!found) return;
    found.open = true;
    found.scrollIntoView({ block: "nearest" });
    $("input:not([type=hidden]), select", found).focus();
  }
  // The edit sheet in place of the details, until it is saved or left
  async function sheet(id) {
    const body = new URLSearchParams({ images: id, next: address() });
    const answer = await fetch("/edit", { method: "POST", headers: { "HX-Request": "true" }, body }).catch(() => null);
    const text = answer?.ok && (await answer.text());
    const form = text && $("form.sheet", new DOMParser().parseFromString(text, "text/html"));
    if (!form || !panel.isConnected) return;
    show(true);
    fill([form]);
    htmx.process(panel);
    $$(".map", panel).forEach(enliven);
    $("input:not([type=hidden])", panel).focus();
  }
  return { show, fill, tell, menu, sheet, shown: () => !panel.hidden };
}
