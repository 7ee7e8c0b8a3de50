// A slider over the days on which something changed: it says what, and chooses the day to go back to
import { $, $$, on, ready } from "./page.js";

const links = () => $$(".days [data-day]");

function choose(link) {
  for (const one of links()) one.ariaCurrent = one === link ? "date" : null;
  $("#travel-day").value = link.dataset.day;
  $("[data-day-told]").textContent = link.title;
  $("[data-days]").setAttribute("aria-valuetext", link.title);
  link.scrollIntoView({ block: "nearest", inline: "nearest" });
}
on("input", "[data-days]", (event, slider) => choose(links()[slider.value]));
ready(() => {
  const slider = $("[data-days]");
  if (!slider?.hidden) return;
  const days = links();
  if (days.length < 2) return;
  slider.max = days.length - 1;
  const chosen = days.findIndex((link) => link.ariaCurrent);
  slider.value = chosen < 0 ? days.length - 1 : chosen;
  slider.hidden = false;
});
