// View transitions, between pages and within one: an aborted transition (another click, a resized window, a page that
// took over four seconds) is no error, so its rejected promises are ignored, whoever started it. Loaded before anything
// is rendered, as that ends the transition to a page.
addEventListener("unhandledrejection", (event) => {
  if (/transition/i.test(event.reason?.message ?? "")) event.preventDefault();
});
// A page that is being left, or comes from the browser's memory, gets no such event: there the promises are handled.
for (const type of ["pageswap", "pagereveal"])
  addEventListener(type, ({ viewTransition }) => {
    for (const name of ["ready", "finished", "updateCallbackDone"]) viewTransition?.[name]?.catch(() => {});
  });

// Back closes what is open (layers.js). htmx would fetch the page anew; of several listeners, the first one is first,
// so this one stands in the script that comes before all others.
globalThis.navigation?.addEventListener("navigate", (event) => {
  const { navigationType, destination } = event;
  if (navigationType === "traverse" && history.state?.layer && destination.sameDocument)
    event.stopImmediatePropagation();
});
