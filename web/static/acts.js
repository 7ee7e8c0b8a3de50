// Gives each act of the selection bar a form of its own, so that Enter, and the browser's checks, are those of the act
// whose field one is in. Without scripts all acts share the form around the photos.
import { $, $$, ready } from "./page.js";

const CONTROLS = "input, select, textarea, button";

function part() {
  for (const former of $$("form.own-act")) former.remove();
  const shared = $(".selection");
  $$(".selbar [data-act]").forEach((act, number) => {
    const form = Object.assign(document.createElement("form"), {
      id: `act-${number}`,
      className: "own-act",
      method: "post",
      action: $("button", act).formAction,
      hidden: true,
    });
    form.dataset.stay = "";
    form.setAttribute("hx-boost", "true");
    shared.after(form);
    for (const control of $$(CONTROLS, act)) control.setAttribute("form", form.id);
    htmx.process(form);
  });
}
// What the form around the photos says of the page: where it is (`next`), and how new (`seen`)
document.addEventListener("formdata", ({ target, formData }) => {
  if (target.matches(".own-act"))
    for (const field of $$(".selection > [type=hidden], .selbar > [type=hidden]"))
      if (!formData.has(field.name)) formData.append(field.name, field.value);
});
ready(part);
