// Fetches the page that is shown anew. Nothing that was opened, begun to be written in, or pressed before the answer came is
// taken away: the page comes after it.
import { $$ } from "./page.js";

const inHand = () => $$("#page :is(details.menu[open], textarea:focus, input:not([type=checkbox]):focus)");
let former = [];
let late = false;
let pressed = null;

export function anew() {
  late = false;
  former = inHand();
  return htmx.ajax("GET", location.href, { target: "#page", swap: "outerHTML", anew: true });
}
document.addEventListener(
  "htmx:before:swap",
  (event) => {
    if (!event.detail.ctx?.anew) return;
    late = !!pressed || inHand().some((one) => !former.includes(one));
    if (!late) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);
const then = () => late && !pressed && !inHand().length && anew();
for (const type of ["toggle", "focusout"]) document.addEventListener(type, then, true);
document.addEventListener(
  "pointerdown",
  (event) => (pressed = event.target.closest("button, input, label, select, summary")),
  true,
);
for (const type of ["pointerup", "pointercancel"])
  document.addEventListener(
    type,
    () => {
      pressed = null;
      setTimeout(then); // after the click
    },
    true,
  );
