// From page to page. A transition that the browser gives up (the next click came first) is no fault worth telling. A
// page may be revealed before app.js has come, so this stands here.
for (const type of ["pageswap", "pagereveal"]) {
  addEventListener(type, ({ viewTransition: going }) => {
    if (going) Promise.allSettled([going.ready, going.finished, going.updateCallbackDone]);
  });
}
