// Has the browser keep a copy of the guide that is open, tells where a step comes from the copy, and deletes the copy.
"use strict";

(() => {
  if (window.offlineReady) return;
  window.offlineReady = true;

  const base = new URL("../", document.currentScript.src).pathname;
  const name = `guide ${base}`;
  // They are not there without https.
  const { serviceWorker, locks } = navigator;
  const step = () => document.querySelector("#step .step")?.dataset ?? {};
  let kept = "";
  let end = null;

  // While a walk has answers, the page holds a lock, so that the copy does not change under it.
  const isWalking = () => {
    const walking = history.state?.walk?.answers.length > 0;
    if (!walking) {
      end?.();
      end = null;
    } else if (!end) {
      const walk = new Promise((resolve) => { end = resolve; });
      locks?.request(name, { mode: "shared" }, () => walk).catch(() => {});
    }
    return walking;
  };

  const keep = async () => {
    const { partial } = step();
    if (!serviceWorker || !partial || partial.startsWith(`${base}kiosk/`)) return;
    const bundle = new URL("../bundle.json", new URL(partial, location)).pathname;
    if (isWalking() && kept === bundle) return;
    kept = bundle;
    await serviceWorker.register(`${base}sw.js`);
    const { active } = await serviceWorker.ready;
    active.postMessage({ bundle });
  };
  const tryToKeep = () => keep().catch(() => {});

  document.addEventListener("htmx:after:swap", () => {
    document.getElementById("copy").textContent = step().copy ?? "";
    // "Start over" cuts the history first.
    setTimeout(tryToKeep, 300);
  });
  if (document.readyState === "complete") tryToKeep();
  else addEventListener("load", tryToKeep);

  const button = document.getElementById("forget");
  if (!button || !window.caches) return;
  caches.has(name).then((there) => { button.hidden = !there; });
  button.addEventListener("click", async () => {
    const said = document.getElementById("forgotten");
    try {
      const registration = await serviceWorker.getRegistration(base);
      await registration?.unregister();
      await caches.delete(name);
      button.hidden = true;
      said.textContent = said.dataset.text;
    } catch {
      said.textContent = said.dataset.failed;
    }
  });
})();
