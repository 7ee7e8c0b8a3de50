// Photos and videos as slides for PhotoSwipe, and what it lacks: slides added later, large images.
import "./videos.js";

const LARGEST = 2; // times: a smaller picture has no more to show

// Enlarge small images, which PhotoSwipe would not.
export function slide({ srcset, ...one }) {
  const grown = Math.min(LARGEST, Math.max(1, 2560 / Math.max(one.width, one.height)));
  const preview = one.preview ?? `/images/${one.id}/preview`;
  return {
    ...one,
    closer: srcset,
    w: one.width * grown,
    h: one.height * grown,
    src: preview,
    msrc: preview,
    type: one.film && !one.live ? "film" : "image",
  };
}

export function film(event) {
  const { content } = event;
  if (content.type !== "film") return;
  event.preventDefault();
  content.element = video(content.data, content.data.msrc);
  content.state = "loaded";
}
export function video({ film: src, video: otherwise }, poster) {
  const made = Object.assign(document.createElement("video"), {
    src,
    poster,
    controls: true,
    playsInline: true,
    preload: "none",
  });
  made.dataset.otherwise = otherwise;
  return made;
}

// Plays what moves of a live photo, over the photo
export function movingOver(pswp) {
  const { data, holderElement } = pswp.currSlide;
  const moving = Object.assign(video(data, data.msrc), { className: "live", loop: true, controls: false });
  holderElement.append(moving);
  moving.addEventListener("error", () => moving.dataset.otherwise || moving.remove());
  moving.play().catch(() => {}); // of which there is an error
}

// PhotoSwipe numbers slides from the first one
export function shift(pswp, count) {
  pswp.currIndex += count;
  pswp.potentialIndex += count;
  const contents = new Set(pswp.contentLoader._cachedItems);
  for (const { slide: one } of pswp.mainScroll.itemHolders) {
    if (!one) continue;
    one.index += count;
    contents.add(one.content);
  }
  for (const content of contents) content.index += count;
}
export function refill(pswp) {
  if (!pswp.opener.isOpen) return;
  pswp.mainScroll.itemHolders.forEach((holder, place) => pswp.setContent(holder, pswp.currIndex + place - 1));
  pswp.appendHeavy();
  pswp.contentLoader.updateLazy();
}
export function rebuild(pswp, index) {
  pswp.contentLoader.destroy();
  pswp.currIndex = pswp.potentialIndex = index;
  pswp.mainScroll.itemHolders.forEach((holder, place) => pswp.setContent(holder, index + place - 1, true));
  pswp.currSlide.setIsActive(true);
  pswp.appendHeavy();
  pswp.dispatch("change");
}

// Load no large images while the user flicks through photos
export async function sharpen(pswp) {
  const content = pswp.currSlide?.content;
  const image = content?.element;
  const { sharp, closer } = content?.data ?? {};
  if (sharp && image.matches("img") && !image.dataset.sharp) {
    const large = new Image();
    if (closer) Object.assign(large, { sizes: `${content.displayedImageWidth}px`, srcset: closer });
    large.src = sharp;
    const came = await large.decode().then(
      () => true,
      () => false,
    );
    if (!came || content !== pswp.currSlide?.content) return;
    image.onload = image.onerror = null;
    if (closer) {
      content.data.srcset = closer;
      content.updateSrcsetSizes();
      image.srcset = closer;
    }
    image.src = sharp;
    image.dataset.sharp = "yes";
  }
  for (const step of [1, -1]) {
    const next = pswp.options.dataSource[pswp.currIndex + step];
    if (next?.sharp && next.type === "image") new Image().src = next.sharp;
  }
}
