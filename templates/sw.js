// Keeps a copy of each guide that was opened, for times without network. A server that answers always wins, and the copy
// says nothing of the steps that were opened: a guide is kept whole, under its own address.
"use strict";

const BASE = "[[base]]";
const COPY = `guide ${BASE}/`;
const LIMIT = 3000;
const GONE = [404, 410];

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// --- Filling the copy ------------------------------------------------------------------------------------------------

self.addEventListener("message", (event) => event.waitUntil(refresh(event.data.bundle).catch(() => {})));

// The guide is put in one piece, after all that its pages need. Where a reader is in the middle of a walk, the page holds
// the lock, and the copy stays as it is until the next visit.
const refresh = async (address) => {
  const store = await caches.open(COPY); // first: if it is deleted meanwhile, what is put here is gone as well
  const script = await fetch(`${BASE}/sw.js`, { cache: "no-cache" });
  if (GONE.includes(script.status)) return remove();
  const answer = await fetch(address, { cache: "no-cache" });
  if (GONE.includes(answer.status)) return store.delete(address);
  if (!answer.ok) return undefined;
  const text = await answer.text();
  const old = await store.match(address);
  if (old && await old.text() === text) return undefined;
  await Promise.all(JSON.parse(text).assets.map(async (url) => {
    if (!await store.match(url)) await store.add(url);
  }));
  const put = async () => {
    await store.put(address, new Response(text, { headers: { "Content-Type": "application/json" } }));
    await tidy(store);
  };
  if (!old || !navigator.locks) return put();
  return navigator.locks.request(COPY, { ifAvailable: true }, (lock) => lock && put());
};

// What no guide needs any more goes, unless another page is open that may.
const tidy = async (store) => {
  const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (open.length > 1) return;
  const needed = (await bundles()).flatMap((bundle) => bundle.assets);
  for (const key of await store.keys()) {
    const path = new URL(key.url).pathname;
    if (path.startsWith(`${BASE}/static/`) && !needed.includes(path)) await store.delete(key);
  }
};

const remove = async () => {
  await caches.delete(COPY);
  await self.registration.unregister();
};

// --- Answering from the copy -----------------------------------------------------------------------------------------

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== location.origin || pathname.startsWith(`${BASE}/kiosk/`)) return;
  if (pathname.startsWith(`${BASE}/static/`)) event.respondWith(asset(event.request));
  else if (mode === "navigate" || /\/(step\.html|words\.json)$/.test(pathname)) event.respondWith(page(event.request, pathname));
});

// Their names change with their content.
const asset = async (request) => await caches.match(request, { cacheName: COPY }) ?? fetch(request);

const page = async (request, path) => {
  const live = fetch(request).then(async (answer) => {
    await answer.clone().arrayBuffer(); // an answer that stops half way is none
    return answer;
  }).catch(() => null);
  const first = await Promise.race([live, new Promise((done) => { setTimeout(done, LIMIT); })]);
  if (first && first.status < 500) return first;
  return await copied(path) ?? await live ?? await missing(request, path) ?? Response.error();
};

const bundles = async () => {
  if (!await caches.has(COPY)) return [];
  const store = await caches.open(COPY);
  const keys = (await store.keys()).filter((key) => key.url.endsWith("/bundle.json"));
  return Promise.all(keys.map(async (key) => (await store.match(key)).json()));
};

const line = (bundle) => {
  const now = new Date();
  const today = new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
  return today > bundle.review_by ? bundle.old : bundle.copy;
};

const fill = (html, values) => html.replace(/\[\[(\w+)\]\]/g, (_, name) => values[name]);

const copied = async (path) => {
  const [, asked, partial] = path.match(/^(.*?)(step\.html)?$/);
  for (const bundle of await bundles()) {
    const address = bundle.same[asked] ?? asked;
    const { headers } = bundle;
    const copy = line(bundle);
    if (bundle.pages[address]) return new Response(fill(bundle.pages[address], { copy }), { headers });
    if (bundle.moved[address]) return Response.redirect(bundle.moved[address] + (partial ?? ""), 302);
    if (!bundle.steps[address]) continue;
    const step = bundle.steps[address].replace("<section ", () => `<section data-copy="${copy}" `);
    if (partial) return new Response(step, { headers });
    const [, title] = step.match(/data-title="([^"]*)"/);
    const values = { copy, title, step: address.split("/").at(-2), partial: step };
    return new Response(fill(bundle.frame, values), { headers });
  }
  return null;
};

// The page that says so, with 911 and 988 and the start of a guide that is there: one in the same language, if possible.
const missing = async (request, path) => {
  const all = await bundles();
  const bundle = all.find(({ home }) => path.startsWith(home)) ?? all[0];
  if (!bundle || request.mode !== "navigate") return null;
  return new Response(bundle.missing, { status: 503, headers: bundle.headers });
};
