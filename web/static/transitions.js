// From page to page, and within one: a transition that a browser gives up (the next click came first, the window was
// resized, the page was not there in four seconds) is no fault worth telling. Whoever began it and whether an event ever
// hands it out, its promises end here. First in the head: no style and no other script can be so late that this is.
addEventListener("unhandledrejection", (event) => {
  if (event.reason instanceof DOMException && /transition/i.test(event.reason.message)) event.preventDefault();
});
