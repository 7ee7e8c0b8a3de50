// Before anything is drawn, so that a dark page never flashes white.
const theme = localStorage.getItem("theme");
if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;

// From page to page. A transition that the browser gives up (the next click came first) is no fault worth telling. A
// page may be revealed before app.js has come, so this stands here.
for (const type of ["pageswap", "pagereveal"]) {
  addEventListener(type, ({ viewTransition: going }) => {
    if (going) Promise.allSettled([going.ready, going.finished, going.updateCallbackDone]);
  });
}
