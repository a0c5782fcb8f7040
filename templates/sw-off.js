// Deletes the offline copy, and itself: what readers who had a copy get where none is wanted.
"use strict";

const remove = async () => {
  await caches.delete("guide [[base]]/");
  await self.registration.unregister();
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(remove()));
