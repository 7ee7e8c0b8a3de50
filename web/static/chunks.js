// The tiles of a list of photos: the first ones come with the page, the others in chunks, once they are near the window.
import { $$ } from "./page.js";

export const CHUNK = 100;
const KEPT = 16; // chunks
const AGAIN_MS = 2000;

export class Chunks {
  #address;
  #outline;
  #came;
  #kept;
  #asked = new Set();

  // `here`: place -> tile, of those that are here already; `kept`: chunk -> its tiles; `came`: called once there are more
  constructor(address, outline, came, here, kept = new Map()) {
    this.here = here;
    [this.#address, this.#outline, this.#came, this.#kept] = [address, outline, came, kept];
  }
  // undefined: not fetched
  tile(place) {
    return this.here.get(place) ?? this.#kept.get(Math.floor(place / CHUNK))?.[place % CHUNK];
  }
  // place -> tile
  all() {
    const tiles = [...this.#kept].flatMap(([chunk, some]) => some.map((tile, i) => [chunk * CHUNK + i, tile]));
    return new Map([...tiles, ...this.here]);
  }
  // Fetch these places; two chunks at a time, so that those one scrolls past are never fetched.
  fetch(places) {
    for (const chunk of new Set(places.map((place) => Math.floor(place / CHUNK)))) {
      if (this.#asked.size >= 2) return;
      if (!this.#asked.has(chunk)) this.#load(chunk);
    }
  }
  async #load(chunk) {
    this.#asked.add(chunk);
    try {
      this.#kept.set(chunk, await fetchChunk(this.#address, this.#outline, chunk));
      if (this.#kept.size > KEPT) this.#kept.delete(this.#kept.keys().next().value);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
    this.#asked.delete(chunk);
    this.#came();
  }
}
// The tiles of a chunk of the list that has this outline. Rejects when the server does not answer.
export async function fetchChunk(address, outline, chunk) {
  const after = chunk ? `&after=${outline.after[chunk - 1]}` : "";
  const answer = await fetch(address + after, { headers: { "HX-Request": "true" } });
  if (!answer.ok) throw new Error(answer.statusText);
  const page = document.createElement("template");
  page.innerHTML = await answer.text();
  return $$(".tile", page.content).map((tile) => document.importNode(tile, true));
}
