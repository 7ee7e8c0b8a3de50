"""What users wait for in a browser, with 15,000 photos: first paint, scrolling 200 screens, a jump with the scrubber,
opening a photo; at desktop and phone size.

The browser is headless Chromium on the same machine as the server. A page of ours with only a heading, measured in the
same run, shows the minimum.
"""

import contextlib
import gzip
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import Final

from playwright.sync_api import Browser, Page, TimeoutError, ViewportSize, sync_playwright

from ops.bench.measure import Measure, Unmeasurable, size
from ops.bench.served import served
from ops.bench.way import fill
from services.gateway.pages.statics import contents

STATIC: Final = Path(__file__).parents[2] / "web" / "static"
SCREENS: Final[dict[str, ViewportSize]] = {
    "desktop": {"width": 1440, "height": 900},
    "phone": {"width": 390, "height": 844},
}
PHOTOS: Final = size(15_000, 200)
"""More than one screen of them, however few."""
TIMES: Final = size(5, 1)
PAINTS: Final = size(15, 1)
WINDOWS: Final = size(200, 3)
JUMPS: Final = size((0.05, 0.6, 0.95, 0.3, 0.75), (0.6,))
"""Positions on the scrubber, as fractions of its length."""
PATIENCE_MS: Final = 180_000
BARE: Final = "offline"
WAITS: Final = "globalThis.setInterval = () => 0"
"""For the bare page: keeps it from polling for Albumen every two seconds and leaving as soon as it answers."""

OBSERVED: Final = """
const PATIENCE = 180000;
globalThis.seen = {shift: 0, long: [], largest: 0};
const watch = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take))
  .observe({type, buffered: true});
watch("layout-shift", (entry) => { seen.shift += entry.value; });
watch("longtask", (entry) => { seen.long.push(entry.duration); });
watch("largest-contentful-paint", (entry) => { seen.largest = entry.startTime; });
globalThis.frame = () => new Promise(requestAnimationFrame);
globalThis.until = async (check) => {
  const limit = performance.now() + PATIENCE;
  while (!check()) {
    if (performance.now() > limit) throw new Error(`Timed out: ${check}`);
    await frame();
  }
};
globalThis.loaded = () => {
  const bar = document.querySelector("body > header")?.getBoundingClientRect().bottom ?? 0;
  const tiles = [...document.querySelectorAll(".grid > .tile")].filter((tile) => {
    const box = tile.getBoundingClientRect();
    return box.bottom > bar && box.top < innerHeight;
  });
  return tiles.length > 0 && tiles.every((tile) => {
    const image = tile.querySelector("img");
    return image?.complete && image.naturalWidth > 0;
  });
};
"""
PAINTED: Final = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
SCROLLED: Final = """async (windows) => {
  let most = 0;
  for (let i = 0; i < windows; i++) {
    scrollBy({top: innerHeight, behavior: "instant"});
    await frame();
    most = Math.max(most, document.querySelectorAll("*").length);
  }
  await until(loaded);
  for (let i = 0; i < 3; i++) await frame();
  return Math.max(most, document.querySelectorAll("*").length);
}"""
JUMPED: Final = """async (share) => {
  const links = [...document.querySelectorAll(".scrubber a[data-month]")];
  const link = links[Math.floor(share * (links.length - 1))];
  const began = performance.now(), from = scrollY;
  link.click();
  if (scrollY === from) throw new Error("The scrubber did not move the page.");
  await frame();
  await until(loaded);
  return performance.now() - began;
}"""
FREE: Final = """async (nth) => {
  const uncovered = () => [...document.querySelectorAll(".whole > .tile")].map((tile) => {
    const box = tile.getBoundingClientRect();
    return {tile, box, x: box.x + box.width / 2, y: box.y + box.height / 2};
  }).filter(({tile, box, x, y}) => box.top >= 0 && box.bottom <= innerHeight
    && [box.top + 2, y, box.bottom - 2].every((at) => tile.contains(document.elementFromPoint(x, at))));
  await until(() => document.querySelector(".whole") && loaded() && uncovered().length);
  const free = uncovered();
  const {x, y} = free[nth % free.length];
  globalThis.opened = new Promise((resolve, reject) => addEventListener("click", () => {
    const began = performance.now();
    until(() => {
      const image = document.querySelector(".pswp img");
      return image?.complete && image.naturalWidth > 0 && image.getBoundingClientRect().width > 10;
    }).then(() => resolve(performance.now() - began), reject);
  }, {capture: true, once: true}));
  return [x, y];
}"""


def measure() -> list[Measure]:
    """Raises Unmeasurable without Chromium."""
    binary = shutil.which("chromium")
    if binary is None:
        raise Unmeasurable("Chromium is not installed (Debian: apt install chromium).")
    measures = []
    with tempfile.TemporaryDirectory() as name:
        data, empty = Path(name) / "data", Path(name) / "photos"
        empty.mkdir()
        fill(data, PHOTOS)
        with served(empty, data) as (_, _, _, url), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=binary, args=["--no-sandbox"])
            for screen in SCREENS:
                measures += _measured(browser, url, screen)
            browser.close()
    return [*measures, *_scripts()]


def _measured(browser: Browser, url: str, screen: str) -> list[Measure]:
    def row(what: str, value: float, unit: str, target: float | None, note: str = "") -> Measure:
        what = f"{screen}: {what}"
        return Measure(what=what, value=value, unit=unit, target=target, smaller_is_better=True, note=note)

    pairs = [(_painted(browser, url + BARE, screen), _painted(browser, url, screen)) for _ in range(PAINTS)]
    bare = [first for (first, _), _ in pairs]
    firsts, largests = [first for _, (first, _) in pairs], [largest for _, (_, largest) in pairs]
    page = _page(browser, screen)
    _loaded(page, url)
    at_load = page.evaluate("seen.shift")
    page.evaluate("seen.long = []")
    nodes = page.evaluate(SCROLLED, WINDOWS)
    long, shift = page.evaluate("seen.long"), page.evaluate("seen.shift")
    jumps = [page.evaluate(JUMPED, share) for share in JUMPS]
    openings = [_opened(page, nth) for nth in range(TIMES)]
    page.context.close()
    cold = f"{PAINTS} times, {_range(firsts)}; cold cache"
    return [
        row("first contentful paint", median(firsts), "ms", 150, cold),
        row("largest contentful paint", median(largests), "ms", 400, _range(largests)),
        row("first contentful paint of a heading", median(bare), "ms", None, f"the minimum, {_range(bare)}"),
        row("layout shift at load", at_load, "", 0),
        row(f"layout shift, load and {WINDOWS} screens of scrolling", shift, "", 0),
        row("tasks over 50 ms while scrolling", len(long), "", 0, f"longest {max(long, default=0):.0f} ms"),
        row("most nodes while scrolling", nodes, "", 3000, f"{PHOTOS} photos, one screen per frame"),
        row("scrubber to all pictures", median(jumps), "ms", 400, f"{len(jumps)} jumps, {_range(jumps)}"),
        row("click to opened photo", median(openings), "ms", 100, f"{TIMES} photos, {_range(openings)}"),
    ]


def _range(values: list[float]) -> str:
    return f"{min(values):.0f} to {max(values):.0f}"


def _page(browser: Browser, screen: str) -> Page:
    page = browser.new_context(viewport=SCREENS[screen]).new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.add_init_script(OBSERVED)
    return page


def _loaded(page: Page, url: str) -> None:
    page.goto(url)
    page.evaluate("until(() => document.querySelector('.grid.whole') && loaded())")
    page.evaluate("async () => { for (let i = 0; i < 3; i++) await frame(); }")


def _painted(browser: Browser, url: str, screen: str) -> tuple[float, float]:
    """First and largest contentful paint, in ms, with an empty cache."""
    page = _page(browser, screen)
    if url.endswith(BARE):
        page.add_init_script(WAITS)
        page.goto(url)
    else:
        _loaded(page, url)
    page.evaluate(f"until(() => {PAINTED} && seen.largest)")
    first, largest = page.evaluate(f"[{PAINTED}, seen.largest]")
    page.context.close()
    return first, largest


def _opened(page: Page, nth: int) -> float:
    """Milliseconds from the click on an uncovered photo until it is on screen. Closes it again."""
    page.mouse.click(*page.evaluate(FREE, nth))
    took = float(page.evaluate("opened"))
    while page.locator(".pswp").count():  # Escape is ignored while it is still opening
        page.keyboard.press("Escape")
        with contextlib.suppress(TimeoutError):
            page.wait_for_selector(".pswp", state="detached", timeout=2000)
    return took


def _scripts() -> list[Measure]:
    def zipped(bodies: Iterable[bytes]) -> float:
        return sum(len(gzip.compress(body, 9)) for body in bodies) / 1000

    vendor = STATIC / "vendor"
    own = [body for name, (body, _) in contents().items() if name.endswith(".js") and "/" not in name]
    ours = zipped([*own, (vendor / "htmx.min.js").read_bytes()])
    viewer = zipped(path.read_bytes() for path in sorted(vendor.glob("photoswipe*.js")))
    return [
        Measure(
            what="all scripts, gzipped",
            value=ours,
            unit="kB",
            target=45,
            smaller_is_better=True,
            note=f"with htmx; not counting the viewer's PhotoSwipe: {viewer:.1f} kB",
        )
    ]
