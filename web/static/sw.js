// Shows a page with instructions for starting Albumen if it does not answer. Caches only that page and its style, no
// photos and no pages of the library. The query in this script's URL is the version; a new one makes a new worker.
const cache = `albumen${new URL(location).search}`;
const offline = "/offline";

addEventListener("install", (event) => {
  // Everything but pages goes straight to the network, without waking this worker
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
// For browsers without the routing API: the offline page's style
async function part(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(request);
    if (kept) return kept;
    throw error;
  }
}
