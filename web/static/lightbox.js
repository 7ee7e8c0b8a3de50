// PhotoSwipe as the album and shared albums use it: slides on a canvas, without controls of its own.
import PhotoSwipe from "./vendor/photoswipe.esm.min.js";
import { film } from "./slides.js";
import { words } from "./words.js";

const sheet = document.createElement("link");
sheet.rel = "stylesheet";
sheet.href = new URL("vendor/photoswipe.css", import.meta.url);
await new Promise((done) => {
  sheet.onload = sheet.onerror = done;
  document.head.append(sheet);
});
const calm = matchMedia("(prefers-reduced-motion: reduce)");

// `grows`: it opens from a tile; `tile()`: that of the photo that is shown, or null; `touched()`: a finger or the mouse
// is on a slide; `tapped()`: with one tap.
export function lightbox(canvas, items, { grows, tile, touched, tapped }) {
  const pswp = new PhotoSwipe({
    dataSource: items,
    appendToEl: canvas,
    getViewportSizeFn: () => ({ x: canvas.clientWidth, y: canvas.clientHeight }),
    showHideAnimationType: !grows || calm.matches ? "none" : "zoom",
    showAnimationDuration: 150,
    hideAnimationDuration: 150,
    zoomAnimationDuration: calm.matches ? 0 : 150,
    bgOpacity: 1,
    loop: false,
    wheelToZoom: true,
    preload: [2, 3],
    imageClickAction: "zoom",
    tapAction: tapped,
    errorMsg: words.broken,
    ...{ trapFocus: false, returnFocus: false, escKey: false, arrowKeys: false },
    ...{ close: false, zoom: false, counter: false, arrowPrev: false, arrowNext: false },
  });
  pswp.addFilter("useContentPlaceholder", () => true);
  pswp.addFilter("thumbEl", () => {
    const image = tile()?.querySelector("img");
    const box = image?.getBoundingClientRect();
    return box && box.bottom > 0 && box.top < innerHeight ? image : undefined;
  });
  // PhotoSwipe shows the outer two then; a key that led on meanwhile has put one of them in the middle.
  pswp.on("openingAnimationEnd", () => {
    for (const { el } of pswp.mainScroll.itemHolders) el.style.display = "block";
  });
  pswp.on("contentLoad", film);
  pswp.on("contentDeactivate", ({ content }) => content.element?.pause?.());
  pswp.on("pointerDown", (event) => {
    const { target, clientY } = event.originalEvent;
    touched();
    // The video's own controls
    if (target.matches("video") && clientY > target.getBoundingClientRect().bottom - 72) event.preventDefault();
  });
  new ResizeObserver(() => !pswp.isDestroying && pswp.isOpen && pswp.updateSize()).observe(canvas);
  return pswp;
}
