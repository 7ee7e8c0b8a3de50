import { hear } from "./keys.js";
import { $, $$, on } from "./page.js";

// Search completions: the arrow keys move into the list and back, Escape closes it.
on("pointerdown", "#completions a", (event) => event.preventDefault());
on("click", "#completions a", (event, link) => {
  event.preventDefault();
  const field = $("#q");
  field.value = link.dataset.q;
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
hear((act, { key, target }) => {
  const links = target.closest(".search") ? $$("#completions a") : [];
  const at = links.indexOf(target);
  const step = { ArrowDown: 1, ArrowUp: -1 }[key];
  if (!links.length || (act !== "back" && !(act === "walk" && step && at + step >= -1))) return false;
  if (act === "back") $("#completions").replaceChildren();
  ((step && links[Math.min(at + step, links.length - 1)]) || $("#q")).focus();
  return true;
});
