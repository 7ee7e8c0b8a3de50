import { $, $$, on, ready } from "./page.js";
import { selectNothing } from "./select.js";
import { words } from "./words.js";
export { words };

// Toasts. If the page is about to change, a toast is shown on the next one.
export function toast(text, undo) {
  const note = document.createElement("p");
  note.className = "toast";
  note.textContent = text;
  if (undo) {
    const button = document.createElement("button");
    button.textContent = words.undo;
    button.onclick = () => takeBack(note, undo);
    note.append(button);
  }
  $("#toasts").append(note);
  setTimeout(() => note.remove(), undo ? 10000 : 6000);
}
// What the page came with: a form was refused before the scripts had come.
for (const note of $$("#toasts > *")) setTimeout(() => note.remove(), 6000);
// Sent like a form, so the answer comes once the pages show the change.
async function takeBack(note, command_id) {
  note.hidden = true;
  const answer = await fetch("/commands/undo", {
    method: "POST",
    headers: { "HX-Request": "true" },
    body: new URLSearchParams({ command_id, next: location.pathname }),
  }).catch(() => null);
  note.hidden = false;
  if (!answer) return toast(words.silent); // the button can be pressed again
  note.remove();
  const text = await answer.text();
  if (!answer.ok) return refused(text);
  toast(said(answer).text);
  if (document.dispatchEvent(new CustomEvent("undone", { cancelable: true, detail: command_id }))) anew();
}
export const said = (answer) => JSON.parse(answer.headers.get("HX-Trigger")).toast;
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
export const anew = () => htmx.ajax("GET", location.href, { target: "#page", swap: "outerHTML" });
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
}
// Handle the response to a command from a script; return its position in the log, 0 if it was refused.
export function settled(text, answer) {
  if (!answer.ok) {
    refused(text);
    if (answer.status !== 409) anew();
    return 0;
  }
  const done = said(answer);
  toast(done.text, done.undo);
  return done.position;
}
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
    for (const menu of $$("details.menu[open]")) menu.open = false;
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
