import { hear } from "./keys.js";
import { $, $$, ready } from "./page.js";

// The map: drag, pinch, wheel and keys. Each only changes the viewBox; the photos are fetched once the map is at rest.
// Without this script, the map's links lead to maps that are zoomed or shifted.
const SIDE = 36000; // services/knowledge/mercator.py
const CLOSEST = SIDE / 2 ** 15;
const NEAR = SIDE / 8;
const FOR = 250;
const LOW = 500; // a map of fewer pixels keeps its photos from under its buttons, which take …
const FOOT = 64; // … as many of them
const still = matchMedia("(prefers-reduced-motion: reduce)");

const degrees = (x, y) => [
  (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / SIDE))) * 180) / Math.PI,
  (((((x / SIDE) * 360) % 360) + 360) % 360) - 180,
];
const flat = (latitude, longitude) => [
  ((longitude + 180) / 360) * SIDE,
  ((1 - Math.asinh(Math.tan((latitude * Math.PI) / 180)) / Math.PI) / 2) * SIDE,
];

export function enliven(map) {
  map.classList.add("live");
  map.hidden = false;
  const picks = "picks" in map.dataset; // a click says where photos were taken
  const put = $("[data-put]", map); // leads to the photos to put there, or in the middle of the map
  let picked = null;
  const world = $(".world", map);
  const [labels, pins] = [$(".labels", map), $(".pins", map)];
  let fitting = 0; // the width of the map that the names are placed for
  let placed = null; // the centre and width for which photos and names lie where they do: a drag moves all as one
  const [view, whole] = [map.dataset.view, map.dataset.whole].map((box) => box.split(" ").map(Number));
  let at; // centre and width
  let drawn = 0;
  let asked = 0;
  let touched = false;
  let asking = new AbortController();
  let released = () => {}; // called once nothing is pressed
  let flight = 0; // the latest: a newer one, a drag and the wheel end it where it is
  const tall = () => map.clientHeight / map.clientWidth;

  function go(x, y, wide) {
    wide = Math.max(CLOSEST, Math.min(wide, SIDE, SIDE / tall()));
    const half = (wide * tall()) / 2;
    at = { x: ((x % SIDE) + SIDE) % SIDE, y: Math.max(half, Math.min(SIDE - half, y)), wide };
    drawn ||= requestAnimationFrame(draw);
  }
  function draw() {
    drawn = 0;
    const { x, y, wide } = at;
    const high = wide * tall();
    world.setAttribute("viewBox", `${x - wide / 2} ${y - high / 2} ${wide} ${high}`);
    const { near, far, linesNear, linesFar } = map.dataset;
    for (const use of $$("use", world)) {
      const outlines = ["land", "borders"].includes(use.classList[0]);
      const file = wide <= NEAR ? (outlines ? near : linesNear) : outlines ? far : linesFar;
      const href = `${file}#${use.classList[0]}`;
      if (use.getAttribute("href") !== href) use.setAttribute("href", href);
    }
    map.classList.toggle("crowded", wide > 1.3 * fitting); // names would lie over each other
    const pixel = wide / map.clientWidth;
    if (placed?.wide !== wide || Math.abs(placed.x - x) > wide / 2) {
      for (const one of [...labels.children, ...pins.children]) place(one, x, y, wide, high);
      placed = at;
    }
    const by = `translate(${(placed.x - x) / pixel}px, ${(placed.y - y) / pixel}px)`;
    labels.style.transform = pins.style.transform = placed === at ? "" : by;
    if (put && !picked) lead(...degrees(x, y));
  }
  function lead(latitude, longitude) {
    put.href = `/?select=1&place=${latitude.toFixed(5)},${longitude.toFixed(5)}`;
  }
  function place(pin, x, y, wide, high) {
    const away = Number(pin.dataset.x) - x;
    const left = away - SIDE * Math.round(away / SIDE);
    pin.setAttribute("x", `${(left / wide + 0.5) * 100}%`);
    pin.setAttribute("y", `${((Number(pin.dataset.y) - y) / high + 0.5) * 100}%`);
  }
  function settle(after) {
    touched ||= after !== undefined;
    clearTimeout(asked);
    asked = setTimeout(fill, after ?? 0);
  }
  async function fill() {
    if (!map.isConnected) return;
    asking.abort();
    const { signal } = (asking = new AbortController());
    const [latitude, longitude] = degrees(at.x, at.y);
    const { wide } = at;
    const query = `at=${latitude.toFixed(5)},${longitude.toFixed(5)}&zoom=${Math.log2(SIDE / at.wide).toFixed(2)}`;
    try {
      const answer = await fetch(
        `/places/clusters?${query}&tall=${tall().toFixed(3)}&across=${Math.round(map.clientWidth / 88)}`,
        { signal },
      );
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (pointers.size && !moved) await new Promise((done) => (released = done)); // what is pressed stays there until then
      if (signal.aborted) return;
      const focused = document.activeElement?.closest?.(".pin");
      for (const list of [labels, pins])
        list.replaceChildren(
          ...[...$(`.${list.classList[0]}`, fresh).children].map((one) => document.importNode(one, true)),
        );
      fitting = wide;
      if (picked) pins.append(picked);
      placed = null;
      draw();
      if (focused) heir(focused).focus({ preventScroll: true });
      if (touched && !picks) history.replaceState(history.state, "", `/places?${query}`);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }
  // What takes the focus over from a pin: itself, drawn anew, or else the nearest of those that its photos went to
  function heir(pin) {
    const away = ({ dataset: { x, y } }) => {
      const right = Math.abs(x - pin.dataset.x);
      return Math.hypot(Math.min(right, SIDE - right), y - pin.dataset.y);
    };
    const [nearest] = [...pins.children].sort((a, b) => away(a) - away(b));
    return $(`#${pin.id} a`, pins) || (nearest && $("a", nearest)) || map;
  }
  function fly(x, y, wide) {
    const from = { ...at };
    const mine = ++flight;
    clearTimeout(asked);
    asking.abort(); // photos of where it leaves are not for where it goes
    x = from.x + ((((x - from.x) % SIDE) + SIDE * 1.5) % SIDE) - SIDE / 2; // the shorter way round the globe
    const began = performance.now();
    const ratio = wide / from.wide;
    const step = (now) => {
      if (mine !== flight) return;
      const part = still.matches ? 1 : Math.min(1, (now - began) / FOR);
      const eased = 1 - (1 - part) ** 3;
      const grown = ratio ** eased;
      const moved = Math.abs(ratio - 1) < 1e-6 ? eased : (grown - 1) / (ratio - 1);
      go(from.x + (x - from.x) * moved, from.y + (y - from.y) * moved, from.wide * grown);
      if (part < 1) requestAnimationFrame(step);
      else settle(0);
    };
    requestAnimationFrame(step);
  }
  // Zoom by a factor, keeping the point under the pointer fixed
  function zoomed(factor, clientX, clientY) {
    const box = map.getBoundingClientRect();
    const [right, down] = [(clientX - box.left) / box.width - 0.5, (clientY - box.top) / box.height - 0.5];
    const wide = Math.max(CLOSEST, Math.min(at.wide / factor, SIDE, SIDE / tall()));
    const lost = at.wide - wide;
    return [at.x + right * lost, at.y + down * lost * tall(), wide];
  }
  const middle = () => {
    const box = map.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
  };
  // The centre and width that show a box
  function fitted([x, y, wide, high]) {
    const foot = map.clientHeight < LOW ? Math.min(FOOT, map.clientHeight / 3) : 0;
    const scale = Math.min(
      Math.max(wide / map.clientWidth, high / (map.clientHeight - foot)),
      SIDE / Math.max(map.clientWidth, map.clientHeight),
    );
    const down = Math.max(0, Math.min(foot, map.clientHeight - high / scale)) / 2;
    return [x + wide / 2, y + high / 2 + scale * down, scale * map.clientWidth];
  }
  const home = () => fly(...fitted(whole));

  // Into the fields of the form, or the link: a point, or that of a photo on the map
  function pick(latitude, longitude) {
    if (picks) {
      const { elements } = map.closest("form");
      elements.latitude.value = latitude.toFixed(6);
      elements.longitude.value = longitude.toFixed(6);
      if (elements.at) elements.at.value = "";
    } else lead(latitude, longitude);
    map.classList.add("chosen");
    if (!picked) {
      picked = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      picked.classList.add("pin");
      picked.append(document.createElementNS("http://www.w3.org/2000/svg", "circle"));
      picked.firstChild.classList.add("dot");
      picked.firstChild.setAttribute("r", "7");
    }
    [picked.dataset.x, picked.dataset.y] = flat(latitude, longitude);
    pins.append(picked);
    placed = null;
    draw();
  }
  const under = ({ clientX, clientY }) => {
    const box = map.getBoundingClientRect();
    const [right, down] = [(clientX - box.left) / box.width - 0.5, (clientY - box.top) / box.height - 0.5];
    return degrees(at.x + right * at.wide, at.y + down * at.wide * tall());
  };

  const pointers = new Map();
  let moved = false;
  let spread = 0;
  const gap = ([a, b]) => Math.hypot(a.x - b.x, a.y - b.y);
  map.addEventListener("pointerdown", (event) => {
    if (event.button || event.target.closest("nav")) return;
    if (!pointers.size) moved = false;
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (pointers.size === 2) spread = gap([...pointers.values()]);
  });
  map.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const [right, down] = [event.clientX - before.x, event.clientY - before.y];
    if (!moved && Math.hypot(right, down) < 4) return;
    if (!moved) map.setPointerCapture(event.pointerId);
    moved = true;
    flight++;
    map.classList.add("moving");
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const scale = at.wide / map.clientWidth / pointers.size;
    let [x, y, wide] = [at.x, at.y, at.wide];
    if (pointers.size === 2) {
      const [a, b] = pointers.values();
      const now = gap([a, b]);
      [x, y, wide] = zoomed(now / (spread || now), (a.x + b.x) / 2, (a.y + b.y) / 2);
      spread = now;
    }
    go(x - right * scale, y - down * scale, wide);
    settle(120);
  });
  for (const type of ["pointerup", "pointercancel"])
    map.addEventListener(type, (event) => {
      pointers.delete(event.pointerId);
      if (pointers.size) return;
      map.classList.remove("moving");
      setTimeout(() => released()); // after the click
    });
  map.addEventListener("dragstart", (event) => event.preventDefault());
  map.addEventListener(
    "wheel",
    (event) => {
      if (event.deltaY > 0 && at.wide >= Math.min(SIDE, SIDE / tall()) * 0.999 && !event.ctrlKey) return; // the page scrolls on
      event.preventDefault();
      flight++;
      const lines = event.deltaMode ? 24 : 1;
      go(...zoomed(2 ** ((-event.deltaY * lines) / (event.ctrlKey ? 80 : 320)), event.clientX, event.clientY));
      settle(120);
    },
    { passive: false },
  );
  map.addEventListener("dblclick", (event) => {
    if (!event.target.closest("a")) fly(...zoomed(2, event.clientX, event.clientY));
  });
  hear((act, { key, target }) => {
    if (!map.isConnected || !map.contains(target)) return false;
    const [x, y] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key] ?? [];
    const closer = { nearer: 2, farther: 0.5 }[act];
    if (act === "walk") fly(at.x + (x * at.wide) / 4, at.y + (y * at.wide * tall()) / 4, at.wide);
    else if (closer) fly(...zoomed(closer, ...middle()));
    else if (act === "zero") home();
    else return false;
    return true;
  });
  map.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest("a");
      if (moved && event.detail) return ((moved = false), event.preventDefault());
      if (picks && !event.target.closest("nav")) {
        event.preventDefault();
        const pin = event.target.closest(".pin[data-x]");
        return pick(...(pin ? degrees(Number(pin.dataset.x), Number(pin.dataset.y)) : under(event)));
      }
      if (!link && put && !event.target.closest("nav")) return pick(...under(event));
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (link.dataset.step) fly(...zoomed(2 ** link.dataset.step, ...middle()));
      else if ("all" in link.dataset) home();
      else if (link.dataset.zoom)
        fly(...flat(...link.dataset.at.split(",").map(Number)), SIDE / 2 ** link.dataset.zoom);
      else return;
      event.preventDefault();
    },
    true,
  );

  for (const turn of [-SIDE, 0, SIDE])
    for (const kind of ["land", "lakes", "rivers", "regions", "borders"])
      if (!$(`.${kind}[x="${turn}"]`, world)) {
        const use = $(`.${kind}`, world).cloneNode();
        use.setAttribute("x", turn);
        world.append(use);
      }
  const [x, y, wide, high] = view;
  fitting = wide;
  if (map.dataset.view === map.dataset.whole) go(...fitted(view));
  else go(x + wide / 2, y + high / 2, Math.max(wide, high / tall()));
  if (Math.abs(tall() - high / wide) > 0.01 || map.clientWidth < 700) settle();
  new ResizeObserver(() => {
    if (!map.clientWidth) return;
    placed = null;
    go(at.x, at.y, at.wide);
    settle();
  }).observe(map);
}
ready(() => $$(".map:not(.live)").forEach(enliven));
