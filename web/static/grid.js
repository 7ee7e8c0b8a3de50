import { $, $$, on, ready } from "./page.js";

// Back on the grid, the photo shrinks into the tile that it came from.
addEventListener("pagereveal", ({ viewTransition }) => {
  const from = globalThis.navigation?.activation?.from?.url?.match(/\/images\/([0-9a-f]{32})/);
  const tile = from && $(`#p-${from[1]} img`);
  for (const image of $$(".tile img")) image.style.viewTransitionName = "";
  if (!viewTransition || !tile) return;
  tile.style.viewTransitionName = "photo";
  Promise.allSettled([viewTransition.finished]).then(() => { tile.style.viewTransitionName = ""; });
});

// The scrubber: dragging goes to the month under the finger.
on("pointerdown", ".scrubber", (event, bar) => {
  event.preventDefault();
  const at = (y) => {
    for (const link of $$("a.at", bar)) link.classList.remove("at");
    const items = $$("li", bar);
    const item = items.find((li) => li.getBoundingClientRect().bottom >= y) ?? items.at(-1);
    item.firstElementChild.classList.add("at");
    return item.firstElementChild;
  };
  at(event.clientY);
  bar.setPointerCapture(event.pointerId);
  bar.onpointermove = (move) => at(move.clientY);
  bar.onpointerup = (up) => {
    bar.onpointermove = bar.onpointerup = null;
    location.assign(at(up.clientY).href);
  };
});
let scrolling;
addEventListener("scroll", () => {
  document.body.classList.add("scrolling");
  clearTimeout(scrolling);
  scrolling = setTimeout(() => document.body.classList.remove("scrolling"), 1200);
}, { passive: true });
// Years of the scrubber that would lie on each other
function thin() {
  let bottom = -Infinity;
  for (const year of $$(".scrubber .year")) {
    const top = year.getBoundingClientRect().top;
    const crowded = top < bottom + 2;
    year.classList.toggle("crowded", crowded);
    if (!crowded) bottom = top + 14;
  }
}
addEventListener("resize", thin);
ready(thin);
