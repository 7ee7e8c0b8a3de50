// The slideshow of the viewer: each photo for a while, each video to its end. The screen stays on meanwhile.
const SHOW_MS = 4000;

export class Slideshow {
  going = false;
  timer = null;
  film = null; // the video that it waits for
  lock = null; // keeps the screen on, where the browser can

  // `next()`: leads on, and returns whether there was anything to lead on to; `told(going)`: it began or ended
  constructor(next, told) {
    Object.assign(this, { next, told });
    this.again = () => !document.hidden && this.going && this.wake(); // the browser gives the lock up with the tab
    document.addEventListener("visibilitychange", this.again);
  }
  // On this slide; again for the same one after anything about it has changed
  show(film) {
    if (!this.going) {
      this.going = true;
      this.wake();
      this.told(true);
    }
    if (film && film === this.film) return;
    this.leave();
    if (film) this.play(film);
    else this.timer = setTimeout(() => this.on(), SHOW_MS);
  }
  async play(film) {
    this.film = film;
    film.onended = () => this.on();
    film.onerror = () => this.skip(film);
    await film.play().catch(({ name }) => {
      if (name !== "NotAllowedError") return null; // there is an error, or another source (videos.js)
      film.muted = true; // without a click, browsers play only what is silent
      return film.play().catch(() => this.skip(film));
    });
  }
  // It can't be played: as long as a photo
  skip(film) {
    if (this.film === film && !this.timer) this.timer = setTimeout(() => this.on(), SHOW_MS);
  }
  on() {
    this.leave();
    if (this.going && !this.next()) this.stop();
  }
  leave() {
    clearTimeout(this.timer);
    if (this.film) this.film.onended = this.film.onerror = null;
    this.timer = this.film = null;
  }
  stop() {
    this.leave();
    this.lock?.release();
    this.lock = null;
    if (!this.going) return;
    this.going = false;
    this.told(false);
  }
  end() {
    this.stop();
    document.removeEventListener("visibilitychange", this.again);
  }
  async wake() {
    const lock = await navigator.wakeLock?.request("screen").catch(() => null);
    if (!lock) return;
    if (!this.going) lock.release();
    else {
      this.lock?.release();
      this.lock = lock;
    }
  }
}
