// A browser that can't play a video as it is coded plays another of the same: see /images/<id>/video. A page's second
// source is taken without a script, but not where the browser can play the sound of the first.
function other(event) {
  const { target: video } = event;
  const { otherwise } = video.dataset;
  if (!otherwise) return;
  event.stopImmediatePropagation(); // for the page, nothing is wrong yet
  delete video.dataset.otherwise;
  video.src = otherwise;
  video.play().catch(() => {}); // the player says so itself
}

// Neither event bubbles
const of = (event) => event.target instanceof HTMLVideoElement;
document.addEventListener("error", (event) => of(event) && other(event), true);
document.addEventListener("loadedmetadata", (event) => of(event) && !event.target.videoWidth && other(event), true);
