// The figures beside the rail's entries, as the line under the header brings them
import { $, $$, ready } from "./page.js";

ready(() => {
  const told = $("#progress [data-figures]");
  if (!told || $("#page[data-then]")) return;
  for (const [name, text] of Object.entries(JSON.parse(told.dataset.figures)))
    for (const figure of $$(`[data-figure="${name}"]`)) {
      figure.textContent = text;
      figure.hidden = !text;
    }
});
