// Scrolls a list of any height. Browsers cut elements off: Firefox at 17.9 million pixels, Chromium at 33.5 million, which
// some 300,000 photos reach. So a higher list is as high as they let it be, and what is beyond slides past: the scroll bar
// leads to every place in proportion, while wheel, finger and keys move photos by as many pixels as ever.
//
// Depths are pixels below the upper edge of the page as if it were as high as its list. The slide is how much deeper the
// window is than its scroll position says.
const HIGHEST = 10_000_000;

export class Reach {
  slide = 0;
  #beyond = 0; // pixels that don't fit in
  #last = scrollY;

  // For a list of this height: how high its element is to be. `edge`: pixels of the page at both ends where the slide is
  // constant, so that what is above and below the list stays in place.
  fit(height, edge) {
    this.#beyond = Math.max(0, height - HIGHEST);
    this.edge = edge;
    if (!this.#beyond) this.slide = 0;
    return height - this.#beyond;
  }
  get depth() {
    return scrollY + this.slide;
  }
  // To a depth
  to(depth) {
    scrollTo({ top: this.#positionAt(depth), behavior: "instant" });
    this.#last = scrollY;
    this.slide = Math.min(this.#beyond, Math.max(0, depth - scrollY));
  }
  // The window was scrolled. Returns whether the slide is another now.
  scrolled() {
    if (!this.#beyond) return false;
    const before = this.slide;
    const far = Math.abs(scrollY - this.#last) > HIGHEST / innerHeight / 2; // half a pixel of the scroll bar
    this.#last = scrollY;
    if (far) this.slide = this.#depthAt(scrollY) - scrollY;
    else if (Math.min(scrollY, this.#most - scrollY) < this.edge) this.#align(1);
    return this.slide !== before;
  }
  // The window rests: the scroll bar says again where it is. Returns as `scrolled`.
  rest() {
    const before = this.slide;
    this.#align(innerHeight / 2);
    return this.slide !== before;
  }
  #align(tolerance) {
    if (Math.abs(this.#positionAt(this.depth) - scrollY) > tolerance) this.to(this.depth);
  }

  get #most() {
    return document.documentElement.scrollHeight - innerHeight;
  }
  // Depth per pixel of the scroll bar, between the edges
  get #steepness() {
    return 1 + this.#beyond / (this.#most - 2 * this.edge);
  }
  #depthAt(position) {
    if (position >= this.#most - this.edge) return position + this.#beyond;
    return position + Math.max(0, position - this.edge) * (this.#steepness - 1);
  }
  #positionAt(depth) {
    if (depth <= this.edge || !this.#beyond) return depth;
    if (depth >= this.#most + this.#beyond - this.edge) return depth - this.#beyond;
    return this.edge + (depth - this.edge) / this.#steepness;
  }
}
