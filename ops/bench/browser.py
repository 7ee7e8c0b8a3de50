"""What a person waits for in a browser, on a library of 15,000 photos: the first picture of the page, a scroll of 200
windows, a jump by the scrubber, the opening of a photo; at the size of a desktop and of a phone.

The browser is Chromium, headless, on the machine that serves. The least that it takes there for any page of ours, one
heading, is measured in the same run.
"""

import contextlib
import gzip
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import Any, Final

from playwright.sync_api import Browser, Page, TimeoutError, ViewportSize, sync_playwright

from ops.bench.measure import Measure, Unmeasurable, size
from ops.bench.served import rested, served
from ops.bench.way import PHOTOS, fill
from services.gateway.pages.statics import contents

STATIC: Final = Path(__file__).parents[2] / "web" / "static"
SCREENS: Final[dict[str, ViewportSize]] = {
    "desktop": {"width": 1440, "height": 900},
    "phone": {"width": 390, "height": 844},
}
TIMES: Final = size(5, 1)
PAINTS: Final = size(15, 1)
WINDOWS: Final = size(200, 3)
JUMPS: Final = size((0.05, 0.6, 0.95, 0.3, 0.75), (0.6,))
"""To which share of the scrubber."""
PATIENCE_MS: Final = 20_000
BARE: Final = "offline"
WAITS: Final = "globalThis.setInterval = () => 0"
"""In the bare page: else it looks every two seconds whether Albumen runs, and goes on to it."""

OBSERVED: Final = """
const PATIENCE = 20000;
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
    if (performance.now() > limit) throw new Error(`In vain: ${check}`);
    await frame();
  }
};
globalThis.pictured = () => {
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
  await until(pictured);
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
  await until(pictured);
  return performance.now() - began;
}"""
FREE: Final = """async (nth) => {
  const found = () => [...document.querySelectorAll(".whole > .tile")].map((tile) => {
    const box = tile.getBoundingClientRect();
    return {tile, box, x: box.x + box.width / 2, y: box.y + box.height / 2};
  }).filter(({tile, box, x, y}) => box.top >= 0 && box.bottom <= innerHeight
    && [box.top + 2, y, box.bottom - 2].every((at) => tile.contains(document.elementFromPoint(x, at))));
  await until(() => document.querySelector(".whole") && pictured() && found().length);
  const free = found();
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
        fill(data)
        with served(empty, data) as (_, _, client, url), sync_playwright() as playwright:
            rested(client)
            browser = playwright.chromium.launch(executable_path=binary, args=["--no-sandbox"])
            for screen in SCREENS:
                measures += _measured(browser, url, screen)
            browser.close()
    return [*measures, *_scripts()]


def _measured(browser: Browser, url: str, screen: str) -> list[Measure]:
    def row(what: str, value: float, unit: str, target: float | None, note: str = "") -> Measure:
        what = f"{screen}: {what}"
        return Measure(what=what, value=value, unit=unit, target=target, smaller_is_better=True, note=note)

    both = [(_painted(browser, url + BARE, screen)[0], _painted(browser, url, screen)) for _ in range(PAINTS)]
    bare, paints = [one for one, _ in both], [other for _, other in both]
    page = _page(browser, screen)
    _loaded(page, url)
    at_load = page.evaluate("seen.shift")
    page.evaluate("seen.long = []")
    nodes = page.evaluate(SCROLLED, WINDOWS)
    long, shift = page.evaluate("seen.long"), page.evaluate("seen.shift")
    jumps = [page.evaluate(JUMPED, share) for share in JUMPS]
    opened = [_opened(page, nth) for nth in range(TIMES)]
    page.context.close()
    often = f"{PAINTS} times, {_range(paints_of(paints, 0))}; cold cache"
    return [
        row("first contentful paint", median(paints_of(paints, 0)), "ms", 150, often),
        row(
            "largest contentful paint", median(paints_of(paints, 1)), "ms", 400, _range(paints_of(paints, 1))
        ),
        row(
            "first contentful paint of a heading", median(bare), "ms", None, f"the least here, {_range(bare)}"
        ),
        row("layout shift at load", at_load, "", 0),
        row(f"layout shift, load and {WINDOWS} windows of scroll", shift, "", 0),
        row("tasks over 50 ms while scrolling", len(long), "", 0, f"longest {max(long, default=0):.0f} ms"),
        row("most nodes while scrolling", nodes, "", 3000, f"{PHOTOS} photos, a window each frame"),
        row("scrubber to all pictures", median(jumps), "ms", 400, f"{len(jumps)} jumps, {_range(jumps)}"),
        row("click to opened photo", median(opened), "ms", 100, f"{TIMES} photos, {_range(opened)}"),
    ]


def paints_of(paints: list[tuple[float, float]], which: int) -> list[float]:
    return [one[which] for one in paints]


def _range(values: list[float]) -> str:
    return f"{min(values):.0f} to {max(values):.0f}"


def _page(browser: Browser, screen: str) -> Page:
    page = browser.new_context(viewport=SCREENS[screen]).new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.add_init_script(OBSERVED)
    return page


def _loaded(page: Page, url: str) -> None:
    page.goto(url)
    page.evaluate("until(() => document.querySelector('.grid.whole') && pictured())")
    page.evaluate("async () => { for (let i = 0; i < 3; i++) await frame(); }")


def _painted(browser: Browser, url: str, screen: str) -> tuple[float, float]:
    """First and largest contentful paint, in ms, with nothing kept."""
    page = _page(browser, screen)
    if url.endswith(BARE):
        page.add_init_script(WAITS)
        page.goto(url)
    else:
        _loaded(page, url)
    page.evaluate(f"until(() => {PAINTED} && seen.largest)")
    found: Any = page.evaluate(f"[{PAINTED}, seen.largest]")
    page.context.close()
    return found[0], found[1]


def _opened(page: Page, nth: int) -> float:
    """Milliseconds from the click on a photo that nothing covers until it is on the screen. Closes it again."""
    page.mouse.click(*page.evaluate(FREE, nth))
    took = float(page.evaluate("opened"))
    while page.locator(".pswp").count():  # Escape is not heard while it still opens
        page.keyboard.press("Escape")
        with contextlib.suppress(TimeoutError):
            page.wait_for_selector(".pswp", state="detached", timeout=2000)
    return took


def _scripts() -> list[Measure]:
    """As they are served."""

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
            note=f"with htmx; the viewer's PhotoSwipe apart: {viewer:.1f} kB",
        )
    ]
