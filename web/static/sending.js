// Commands on their way. One that gets no answer, since Albumen is away, is kept and sent again once it answers: with the
// same key, so that it takes effect once, even if it had arrived before. Kept for this tab, over reloads.
const PLACE = "unsent";
const EVERY_MS = 2000;
const AWAY = new Set([502, 503, 504]);
const unsent = JSON.parse(sessionStorage.getItem(PLACE) ?? "[]");
let asking = null;

export const newKey = () => [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join("-");
const tell = () => document.dispatchEvent(new CustomEvent("unsent", { detail: unsent.length })); // heard by toasts.js
function save() {
  try {
    sessionStorage.setItem(PLACE, JSON.stringify(unsent));
  } catch {
    // too many photos to be kept over a reload
  }
  tell();
}
const send = ({ path, body, key }, keepalive = false) =>
  fetch(path, {
    method: "POST",
    keepalive,
    headers: { "HX-Request": "true", "Idempotency-Key": key, "Content-Type": "application/x-www-form-urlencoded" },
    body,
  });
// As a form of the page sends it. The answer comes once the pages show the change; null if there was none. `keepalive`:
// even if the page is left.
export async function post(path, fields, keepalive) {
  const request = { path, body: String(new URLSearchParams(fields)), key: newKey() };
  const answer = await send(request, keepalive).catch(() => null);
  if (!answer) keep(request);
  return answer;
}
export function keep(request) {
  unsent.push(request);
  save();
  again();
}
export function discard() {
  unsent.length = 0;
  save();
}
function again() {
  asking ??= setTimeout(ask, EVERY_MS);
}
async function ask() {
  const there = await fetch("/healthz", { cache: "no-store" }).catch(() => null);
  while (there?.ok && unsent.length) {
    const [request] = unsent;
    const answer = await send(request).catch(() => null);
    if (!answer || AWAY.has(answer.status)) break;
    if (unsent[0] !== request) continue; // discarded meanwhile
    unsent.shift();
    save();
    const detail = { answer, text: await answer.text(), fields: new URLSearchParams(request.body) };
    document.dispatchEvent(new CustomEvent("sent", { detail })); // heard by toasts.js
  }
  asking = null;
  if (unsent.length) again();
}

// Forms of the pages
const commands = ({ request }) =>
  request.method === "POST" && new URL(request.action, location).pathname.startsWith("/commands/");
document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (commands(ctx)) ctx.request.headers["Idempotency-Key"] = newKey();
});
document.addEventListener(
  "htmx:error",
  (event) => {
    const { ctx } = event.detail;
    if (!ctx?.request || ctx.response || !commands(ctx)) return;
    event.stopImmediatePropagation();
    const body = String(new URLSearchParams(ctx.request.body));
    keep({ path: new URL(ctx.request.action, location).pathname, body, key: ctx.request.headers["Idempotency-Key"] });
  },
  true,
);
// What was kept before a reload
if (unsent.length) {
  setTimeout(tell);
  again();
}
