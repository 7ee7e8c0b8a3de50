// Helpers for all scripts: find elements, and listen to events of elements that are added later, too.
export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
export const on = (type, selector, act) =>
  document.addEventListener(type, (event) => {
    const element = event.target.closest?.(selector);
    if (element) act(event, element);
  });
// Run now, and whenever htmx has swapped in new content
export function ready(act) {
  document.addEventListener("htmx:after:swap", act);
  act();
}
