// Shows a page that says how to start Albumen when nothing answers. Keeps that page and its style, and nothing else:
// no photo and no page of the library. The query of this script's URL names the version; another one is another worker.
const cache = `albumen${new URL(location).search}`;
const offline = "/offline";

addEventListener("install", (event) => {
  // Whatever is not a page goes straight to the network, without waking this worker
  event.addRoutes?.({ condition: { not: { requestMode: "navigate" } }, source: "network" }).catch(() => {});
  event.waitUntil(keep().then(() => skipWaiting()));
});
async function keep() {
  const page = await fetch(offline, { cache: "reload" });
  if (!page.ok) throw new Error("no offline page");
  const text = await page.clone().text();
  const parts = new Set([...text.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((found) => found[1]));
  const kept = await caches.open(cache);
  await Promise.all([kept.put(offline, page), kept.addAll([...parts])]);
}
addEventListener("activate", (event) => event.waitUntil(begin()));
async function begin() {
  for (const name of await caches.keys()) if (name !== cache) await caches.delete(name);
  await registration.navigationPreload?.enable();
  await clients.claim();
}
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate" && request.method === "GET") event.respondWith(answer(event));
  else if (new URL(request.url).pathname.startsWith("/static/")) event.respondWith(part(request));
});
async function answer(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(offline)) ?? Response.error();
  }
}
// Where the browser knows no routes: the style of the offline page
async function part(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(request);
    if (kept) return kept;
    throw error;
  }
}
