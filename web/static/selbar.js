// Keeps the bar of a selection on one line: as long as it is too narrow for all names, those beside icons go, a step at a
// time, the most familiar icons first. Without scripts the bar has as many lines as it needs.
import { $, ready } from "./page.js";

const STEPS = 4; // see selecting.css; at the last one there are two lines after all
const watcher = new ResizeObserver((entries) => {
  for (const bar of new Set(entries.map(({ target }) => target.closest(".selbar")))) fit(bar);
});
const watched = new WeakSet();

function fit(bar) {
  for (let step = 0; step <= STEPS; step++) {
    bar.dataset.step = step;
    if (bar.scrollWidth <= bar.clientWidth) return;
  }
}
ready(() => {
  const bar = $(".selbar");
  if (!bar || watched.has(bar)) return;
  watched.add(bar);
  watcher.observe(bar);
  watcher.observe($("output", bar)); // its text grows with the selection
});
