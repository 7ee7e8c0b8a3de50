// Drags the folders that win among duplicates into order: those above the line win.
import { $, $$, on, ready } from "./page.js";

let drag = null;
const list = () => $(".winners ol");
const order = () => $$("[data-folder], [data-rest]", list()).map(({ dataset }) => dataset.folder);

on("pointerdown", ".winners [data-handle]", (event, handle) => {
  if (event.button) return;
  event.preventDefault(); // selects no text
  const row = handle.closest("li");
  drag = { row, before: order(), next: row.nextSibling };
  row.classList.add("dragged");
  list().setPointerCapture(event.pointerId); // the row itself moves in the document, and would lose it
});
on("pointermove", ".winners ol", ({ clientY }) => {
  if (!drag) return;
  const { row } = drag;
  const others = $$("li", list()).filter((one) => one !== row);
  const below = others.find((one) => {
    const { top, height } = one.getBoundingClientRect();
    return clientY < top + height / 2;
  });
  if (below !== row.nextElementSibling) list().insertBefore(row, below ?? null);
});
function end(keeps) {
  if (!drag) return;
  const { row, before, next } = drag;
  drag = null;
  row.classList.remove("dragged");
  if (!keeps) list().insertBefore(row, next);
  const now = order();
  if (now.join("\n") !== before.join("\n")) send(now.slice(0, now.indexOf(undefined)));
}
function send(folders) {
  const form = $(".winners");
  for (const former of $$("[name=folders]", form)) former.remove();
  for (const folder of folders)
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "folders", value: folder }));
  form.requestSubmit();
}
on("pointerup", ".winners ol", () => end(true));
on("pointercancel", ".winners ol", () => end(false));
ready(() => {
  for (const handle of $$(".winners [data-handle]")) handle.hidden = false;
});
