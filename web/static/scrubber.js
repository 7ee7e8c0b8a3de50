// The months beside the grid: a link jumps to its month; dragging follows the finger.
import { current } from "./list.js";
import { $, $$, on, ready } from "./page.js";
import { first } from "./rows.js";

const monthOf = (link) => new URL(link.href).searchParams.get("at");
function leap(link) {
  if (!current()) return false;
  current().go(monthOf(link));
  history.replaceState(history.state, "", link.href);
  return true;
}
on("click", ".scrubber a", (event, link) => {
  if (leap(link)) event.preventDefault();
});
on("pointerdown", ".scrubber", (event, bar) => {
  if (event.button) return;
  event.preventDefault();
  const items = $$("li", bar);
  const ends = items.map((li) => li.getBoundingClientRect().bottom);
  let at = null;
  const under = (y) => {
    const link = (items[first(ends, (end) => end >= y)] ?? items.at(-1)).firstElementChild;
    if (link === at) return;
    at?.classList.remove("at");
    at = link;
    at.classList.add("at");
    current()?.go(monthOf(at));
  };
  under(event.clientY);
  bar.setPointerCapture(event.pointerId);
  bar.onpointermove = (move) => under(move.clientY);
  bar.onpointerup = bar.onpointercancel = () => {
    bar.onpointermove = bar.onpointerup = bar.onpointercancel = null;
    setTimeout(() => at.classList.remove("at"), 600);
    if (!leap(at)) location.assign(at.href);
  };
});
// The visible month
document.addEventListener("grid:seen", () => {
  const month = current()?.month();
  const link = month && $(`.scrubber a[data-month="${month}"]`);
  if (!month || link?.ariaCurrent) return;
  $(".scrubber [aria-current]")?.removeAttribute("aria-current");
  if (link) link.ariaCurrent = "true";
});
let scrolling;
addEventListener(
  "scroll",
  () => {
    if (!scrolling) document.body.classList.add("scrolling");
    clearTimeout(scrolling);
    scrolling = setTimeout(() => {
      scrolling = 0;
      document.body.classList.remove("scrolling");
    }, 1200);
  },
  { passive: true },
);

// Hide years of the scrubber that would overlap
export function thin() {
  let bottom = -Infinity;
  const years = $$(".scrubber .year");
  const tops = years.map((year) => year.getBoundingClientRect().top);
  years.forEach((year, i) => {
    const crowded = tops[i] < bottom + 2;
    year.classList.toggle("crowded", crowded);
    if (!crowded) bottom = tops[i] + 14;
  });
}
addEventListener("resize", thin);
ready(thin);
