// From days to months to years and back: to where one is.
import { $, $$, on } from "./page.js";
import { current } from "./grid.js";

const LEVELS = ["days", "months", "years"];
const TO = { days: "/?at=", months: "/months#m-", years: "/years#y-" };
const HEAD = 72; // pixels of the window that the header covers

// YYYY-MM, or YYYY among years
function here() {
  if (current()) return current().month();
  return $$("[id^='m-'], .years > li")
    .find((card) => card.getBoundingClientRect().bottom > HEAD)
    ?.id.slice(2);
}
on("click", ".distance a", (event, link) => {
  const at = here();
  const { zoom } = link.dataset;
  if (link.ariaCurrent || !at) return;
  const year = at.slice(0, 4);
  if (zoom === "years") link.href = TO.years + year;
  else link.href = zoom === "months" && at === year ? `/months#y-${year}` : TO[zoom] + at;
});
// Gives whether there are levels here
export function nearer(steps) {
  const level = LEVELS.indexOf($(".distance [aria-current]")?.dataset.zoom);
  if (level < 0) return false;
  $(`.distance [data-zoom=${LEVELS[level - steps]}]`)?.click();
  return true;
}
