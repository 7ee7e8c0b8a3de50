import { anew } from "./anew.js";
import { $, $$, on, ready, shut } from "./page.js";
import { picked, selectNothing } from "./select.js";
import { discard, post } from "./sending.js";
import { words } from "./words.js";
export { words };

// Toasts: the last one only. If the page is about to change, it is shown on the next one.
// `undo`: a command to be undone; `href`: the page that shows what was done.
export function toast(text, undo, href) {
  const note = document.createElement("p");
  note.className = "toast";
  note.textContent = text;
  if (href && new URL(href, location).href !== location.href) {
    note.append(Object.assign(document.createElement("a"), { href, textContent: words.view }));
  }
  if (undo) note.append(pressed(words.undo, () => takeBack(note, undo)));
  for (const former of $$("#toasts > :not(.unsent)")) former.remove();
  $("#toasts").append(note);
  setTimeout(() => note.remove(), undo || href ? 10000 : 6000);
}
function pressed(text, act) {
  return Object.assign(document.createElement("button"), { textContent: text, onclick: act });
}
const show = ({ text, undo, href }) => toast(text, undo, href);
// What the page came with: a form was refused before the scripts had come.
for (const note of $$("#toasts > *")) setTimeout(() => note.remove(), 6000);
// Sent like a form, so the answer comes once the pages show the change.
async function takeBack(note, command_id) {
  note.remove();
  const answer = await post("/commands/undo", { command_id, next: location.pathname });
  if (!answer) return; // it is kept
  const text = await answer.text();
  if (!answer.ok) return refused(text);
  toast(said(answer).text);
  if (document.dispatchEvent(new CustomEvent("undone", { cancelable: true, detail: command_id }))) anew();
}
export const said = (answer) => JSON.parse(answer.headers.get("HX-Trigger"))?.toast;
const carried = JSON.parse(sessionStorage.getItem("toast") ?? "null");
if (carried) {
  sessionStorage.removeItem("toast");
  show(carried);
}
let leaving = false;
export const carry = (done) => sessionStorage.setItem("toast", JSON.stringify(done));
document.addEventListener("toast", ({ detail }) => (leaving ? carry(detail) : show(detail)));
// The browser may bring a page back as it was left, from a photo's own page on which something was changed.
let shown = Date.now();
const changed = () => sessionStorage.setItem("changed", Date.now());
document.addEventListener("htmx:before:response", ({ detail: { ctx } }) => ctx.hx?.location && changed(), true);
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted || !(Number(sessionStorage.getItem("changed")) > shown)) return;
  shown = Date.now();
  anew();
});
function refused(text) {
  const page = new DOMParser().parseFromString(text ?? "", "text/html");
  if ($("[data-conflict]", page)) return ask($("[data-conflict]", page));
  let detail = $("[data-detail]", page)?.textContent;
  try {
    detail ??= JSON.parse(text).detail;
  } catch {
    detail = words.failed;
  }
  toast(detail);
}
// Conflict with another change: show the current state and ask whether to proceed.
function ask(question) {
  const dialog = document.createElement("dialog");
  dialog.className = "asking";
  dialog.append(document.importNode(question, true));
  $("[data-keep]", dialog).onclick = (event) => {
    event.preventDefault();
    dialog.close();
    if (!question.hasAttribute("data-question")) anew();
  };
  dialog.onclose = () => dialog.remove();
  document.body.append(dialog);
  htmx.process(dialog);
  dialog.showModal();
  document.dispatchEvent(new Event("layer"));
}
// Handle the response to a command from a script; return its position in the log, 0 if it was refused.
export function settled(text, answer) {
  if (!answer.ok) {
    refused(text);
    if (answer.status !== 409) anew();
    return 0;
  }
  const done = said(answer);
  changed();
  if (done) show(done);
  return done?.position ?? 1;
}
// What could not be sent is told until it is.
document.addEventListener("unsent", ({ detail: number }) => {
  $("#toasts > .unsent")?.remove();
  if (!number) return;
  const note = Object.assign(document.createElement("p"), { className: "toast unsent", textContent: words.kept });
  note.append(pressed(words.discard, discard));
  $("#toasts").prepend(note);
});
document.addEventListener("sent", ({ detail: { answer, text, fields } }) => {
  if (!settled(text, answer)) return;
  if (fields.has("images") && fields.getAll("images").join() === picked().join()) selectNothing();
  if (document.dispatchEvent(new CustomEvent("given", { cancelable: true }))) anew();
});
document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => refused(ctx.text));
document.addEventListener("htmx:error", () => toast(words.silent));
// After an error the page stays, and so does its address, which would otherwise become the command's.
document.addEventListener("htmx:before:swap", (event) => {
  if (event.detail.ctx?.swap === "none") event.preventDefault();
});

// A command succeeded: stay, reload this page, or go to the page that it names.
document.addEventListener("htmx:before:response", (event) => {
  const { ctx } = event.detail;
  const next = ctx.hx?.location;
  if (!next) return;
  event.preventDefault();
  const form = ctx.sourceElement.closest("form");
  $("dialog.asking")?.close();
  if (form?.closest("#progress") && location.pathname !== "/jobs") return; // the progress line shows it
  if (form?.hasAttribute("data-stay")) {
    selectNothing();
    if (form.dataset.changes !== undefined) anew();
    $$("details.menu[open]").forEach(shut);
  } else if (new URL(next, location).href === location.href.split("#")[0]) {
    anew();
  } else {
    leaving = true;
    setTimeout(() => location.assign(next));
  }
});
on("click", "form[data-stay] button", (event, button) => {
  const form = button.form;
  if (button.hasAttribute("data-changes")) form.dataset.changes = "";
  else delete form.dataset.changes;
});

// Announced to screen readers: the start and the end of work, not the steps in between.
ready(() => {
  const doing = $("#doing");
  const work = $$("#progress progress")
    .map((bar) => bar.ariaLabel)
    .join(", ");
  if (doing && work !== (doing.dataset.work ?? "")) {
    doing.textContent = work || words.done;
    doing.dataset.work = work;
  }
});
