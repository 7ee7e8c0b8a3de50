// Selecting
import { $, $$, on, ready } from "./page.js";
import { words } from "./words.js";

let last = null;
const boxes = () => $$(".pick input");
export const picked = () => $$(".pick input:checked");
export function tell() {
  const count = picked().length;
  for (const output of $$("[data-selected]")) output.textContent = count === 1 ? words.one : words.many.replace("%s", count.toLocaleString(document.documentElement.lang));
}
export function selectNothing() {
  for (const box of picked()) box.checked = false;
  $(".selection")?.classList.remove("selecting");
  last = null;
  tell();
}
export function range(to, checked) {
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
// One more or less, and with Shift all between it and the last one
export function pick(box, shift) {
  box.checked = !box.checked;
  if (shift && last?.isConnected) range(box, box.checked);
  last = box;
  tell();
}
ready(() => tell());
