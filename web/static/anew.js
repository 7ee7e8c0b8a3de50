// Fetches the page that is shown anew. Nothing that was opened, or begun to be written in, before the answer came is taken
// away: the page comes after it.
import { $$ } from "./page.js";

const inHand = () => $$("#page :is(details.menu[open], textarea:focus, input:not([type=checkbox]):focus)");
let former = [];
let late = false;

export function anew() {
  late = false;
  former = inHand();
  return htmx.ajax("GET", location.href, { target: "#page", swap: "outerHTML", anew: true });
}
document.addEventListener(
  "htmx:before:swap",
  (event) => {
    if (!event.detail.ctx?.anew) return;
    late = inHand().some((one) => !former.includes(one));
    if (!late) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);
for (const type of ["toggle", "focusout"])
  document.addEventListener(type, () => late && !inHand().length && anew(), true);
