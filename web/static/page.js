// Helpers for all scripts: find elements, and listen to events of elements that are added later, too.
export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
export const on = (type, selector, act) =>
  document.addEventListener(type, (event) => {
    const element = event.target.closest?.(selector);
    if (element) act(event, element);
  });
// Close a menu. The browser takes the focus out of what is hidden one frame later; a key pressed before that would go there.
export function shut(menu) {
  menu.open = false;
  if (menu.contains(document.activeElement)) document.activeElement.blur();
}
// Run now, and whenever htmx has swapped in new content
export function ready(act) {
  document.addEventListener("htmx:after:swap", act);
  act();
}
