import { $, $$, on } from "./page.js";

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
  ((step && links[Math.min(at + step, links.length - 1)]) || $("#q")).focus();
});
