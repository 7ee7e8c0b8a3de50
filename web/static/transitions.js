// View transitions, between pages and within one: an aborted transition (another click, a resized window, a page that
// took over four seconds) is no error, so ignore its rejected promises, whoever started it. Loaded first in the head,
// to run before any transition.
addEventListener("unhandledrejection", (event) => {
  if (event.reason instanceof DOMException && /transition/i.test(event.reason.message)) event.preventDefault();
});
