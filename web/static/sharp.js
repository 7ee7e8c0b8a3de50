// On sharp screens, pictures of 1,024 pixels replace the previews of photos in view, once everything else is there.
// Nothing is asked for where the previews have enough pixels, or the photos no more of them.
import { $$ } from "./page.js";

const PREVIEW = 480; // pixels of the long side, at least, of a preview that is smaller than its photo
const SHARP = 1.2; // device pixels for each of a picture's, or of a page's, that nobody sees
const BLOWN_UP = 2; // as much as any picture is enlarged, even if the screen is not sharp
const AT_ONCE = 2;
const REST_MS = 150;
const asked = new Set(); // addresses on their way, or whose disk is away: the preview stays
let wanted = [];
let busy = 0;

const addressOf = (image) => image.getAttribute("src").replace("/preview", "/medium");
function inView(image) {
  const { top, bottom, left, right, width } = image.getBoundingClientRect();
  return width && bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
}
function lacks(image) {
  const { naturalWidth, naturalHeight } = image;
  if (!naturalWidth || image.srcset || !inView(image) || asked.has(addressOf(image))) return false;
  const { clientWidth, clientHeight } = image.closest(".tiny") ? image : image.parentElement;
  const enlarged = Math.max(clientWidth / naturalWidth, clientHeight / naturalHeight);
  const sides = ["width", "height"].map((name) => Number(image.getAttribute(name)));
  const most = Math.max(naturalWidth, naturalHeight);
  if (most < PREVIEW || Math.max(...sides) <= most) {
    if (enlarged > BLOWN_UP) image.classList.add("tiny");
    return false;
  }
  return enlarged * devicePixelRatio > (devicePixelRatio > SHARP ? SHARP : BLOWN_UP);
}
async function next() {
  const image = wanted.shift();
  if (!image) return;
  busy++;
  const address = addressOf(image);
  asked.add(address);
  const sharp = Object.assign(new Image(), { fetchPriority: "low", src: address });
  try {
    await sharp.decode();
    if (addressOf(image) === address) image.srcset = address;
    asked.delete(address);
  } catch {
    // it stays among those that were asked for
  }
  busy--;
  next();
}
export function look() {
  if (document.readyState !== "complete" || navigator.connection?.saveData) return;
  wanted = $$("img:is([src^='/images/'], [src^='/s/'])[src*='/preview']").filter(lacks);
  while (busy < AT_ONCE && wanted.length) next();
}
let resting;
function soon() {
  clearTimeout(resting);
  resting = setTimeout(look, REST_MS);
}
addEventListener("load", soon);
document.addEventListener("load", soon, true); // of pictures
addEventListener("scroll", soon, { passive: true });
addEventListener("resize", soon);
