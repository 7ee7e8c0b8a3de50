// Switches between days, months and years, keeping the current date.
import { $, $$, on } from "./page.js";
import { current } from "./list.js";

const LEVELS = ["days", "months", "years"];
const TO = { days: "/?at=", months: "/months#m-", years: "/years#y-" };
const HEAD = 72; // pixels at the top of the window that the header covers

// YYYY-MM; YYYY in the view by years
function here() {
  if (current()) return current().month();
  return $$("[id^='m-'], .years > li")
    .find((card) => card.getBoundingClientRect().bottom > HEAD)
    ?.id.slice(2);
}
on("click", ".distance [data-zoom]", (event, link) => {
  const at = here();
  const { zoom } = link.dataset;
  if (link.ariaCurrent || !at) return;
  const year = at.slice(0, 4);
  if (zoom === "years") link.href = TO.years + year;
  else link.href = zoom === "months" && at === year ? `/months#y-${year}` : TO[zoom] + at;
});
// Returns whether this page has zoom levels
export function nearer(steps) {
  const level = LEVELS.indexOf($(".distance [aria-current]")?.dataset.zoom);
  if (level < 0) return false;
  $(`.distance [data-zoom=${LEVELS[level - steps]}]`)?.click();
  return true;
}
