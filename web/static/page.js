// What every script of a page needs: finding elements, and listening to those that come later as well.
export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
export const on = (type, selector, act) =>
  document.addEventListener(type, (event) => {
    const element = event.target.closest?.(selector);
    if (element) act(event, element);
  });
// Now, and whenever htmx has put something new on the page
export function ready(act) {
  document.addEventListener("htmx:after:swap", act);
  act();
}
