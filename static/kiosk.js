// The screen of a waiting room. It holds its guides in memory and shows each step from there, so that it goes on when the
// server is gone. The address stays that of the start screen and no history entry is made, so that reload, Back, Forward
// and a restored tab find nothing of who was here. Without this script every link still works.
"use strict";

(() => {
  if (window.kioskReady || !window.guideStep) return;
  window.kioskReady = true;

  const POLL = 30000;
  const RETRY = 5000;
  // For one answer of the server.
  const PATIENCE = 20000;
  // A touch or a sentence longer than this is a fault of the screen or of the voice.
  const STUCK = 300000;
  // Seconds before the end at which the dialog speaks again.
  const SOON = 10;

  const step = window.guideStep;
  const html = document.documentElement;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const still = () => document.getElementById("still");
  const lost = () => document.getElementById("lost");
  const onStart = () => !step.article();
  const path = (address) => new URL(address, location).pathname;

  const nobody = () => ({ answers: [], taps: {}, before: [] });
  let walk = nobody(); // `before` are the steps that Back returns to
  let memory = { bundles: [], whole: false };
  // The bundle whose page stands around the step.
  let around = null;
  // The step that was asked for before it was in memory.
  let asked = null;

  // --- Showing ---------------------------------------------------------------------------------------------------------

  const put = (page) => {
    html.lang = page.documentElement.lang;
    html.dir = page.documentElement.dir;
    if (!html.dir) html.removeAttribute("dir");
    document.body.replaceWith(document.importNode(page.body, true));
  };

  const showControls = () => {
    const size = textSize();
    const speaks = Boolean(voice(html.lang));
    const there = { back: walk.before.length > 0, read: speaks && !reading, stop: Boolean(reading) };
    const ends = { larger: size === 2, smaller: size === 0 };
    const { activeElement } = document;
    for (const button of all("[data-do]")) {
      const name = button.dataset.do;
      button.hidden = !(there[name] ?? true);
      if (name in ends) button.ariaDisabled = ends[name];
      if (name === "contrast") button.ariaPressed = html.classList.contains("contrast");
    }
    if (activeElement?.hidden) all("[data-do=read], [data-do=stop]").find((button) => !button.hidden)?.focus();
  };

  const show = (bundle, address) => {
    hush();
    still().close();
    lost().close();
    if (around !== bundle) put(bundle.page);
    around = bundle;
    document.getElementById("step").innerHTML = bundle.steps[address];
    document.title = step.article().dataset.title;
    step.show(walk);
    showControls();
    scrollTo(0, 0);
    step.article().querySelector("h1").focus({ preventScroll: true });
    step.change();
  };

  const find = (address) => {
    for (const bundle of memory.bundles) {
      const known = bundle.same[address] ?? bundle.moved[address] ?? address;
      if (bundle.steps[known]) return { bundle, known };
    }
    return null;
  };

  // Shows the step at an address, and makes this of the walk. What is not in memory yet is shown when it is.
  const go = (address, change) => {
    const found = find(address);
    asked = found ? null : { address, change };
    if (!found) return memory.whole ? null : poll();
    walk = { ...walk, ...change };
    return show(found.bundle, found.known);
  };

  const translated = (id, lang) => {
    const home = memory.bundles.find((bundle) => bundle.lang === lang)?.home;
    return home && `${home}${id}/`;
  };

  const follow = (link) => {
    const address = path(link.href);
    const id = step.stepId();
    if (address === path(document.body.dataset.start)) return clear();
    if (link.matches(".language")) return go((id && translated(id, link.lang)) || address, {});
    const { answers, taps } = link.matches(".choice") && id ? step.answered(walk, link) : walk;
    const before = id ? [...walk.before, { id, answers: walk.answers }] : walk.before;
    return go(address, { answers, taps, before });
  };

  const back = () => {
    const last = walk.before.at(-1);
    if (last) go(translated(last.id, html.lang), { answers: last.answers, before: walk.before.slice(0, -1) });
  };

  // --- Forgetting ------------------------------------------------------------------------------------------------------

  const clear = () => {
    hush();
    walk = nobody();
    around = asked = null;
    used = null;
    html.classList.remove("size-1", "size-2", "contrast");
    getSelection().removeAllRanges();
    if (memory.start) {
      put(memory.start);
      document.title = memory.start.title;
      document.querySelector("h1").focus();
    } else if (!onStart()) {
      document.getElementById("step").replaceChildren();
      lost().showModal();
    }
    still().close();
    showControls();
    scrollTo(0, 0);
    step.change();
  };

  // When the screen was last used; null while nobody has used it. The clock of the day goes on while a machine sleeps,
  // the other one does not jump.
  let used = null;
  let held = false;
  let last = "";
  const mark = (seconds = 0) => {
    used = { steady: performance.now() - seconds * 1000, day: Date.now() - seconds * 1000 };
  };
  const unused = () => Math.max(performance.now() - used.steady, Date.now() - used.day) / 1000;

  const limit = () => {
    const { idle, urgent } = document.body.dataset;
    const { urgency, outcome } = step.article()?.dataset ?? {};
    return Number(["emergency", "urgent"].includes(urgency) || outcome !== undefined ? urgent : idle);
  };

  const stay = () => {
    mark();
    still().close();
  };

  const warn = (left) => {
    const spoken = document.getElementById("soon");
    if (!still().open) {
      spoken.textContent = "";
      still().showModal();
      step.change();
    }
    document.getElementById("left").textContent = left;
    if (left <= SOON && !spoken.textContent) spoken.textContent = document.getElementById("count").textContent;
  };

  const tick = () => {
    if (!used) return;
    const busy = (held || reading) && performance.now() - began < STUCK;
    if (busy && !still().open) mark();
    const warning = Number(document.body.dataset.warning);
    const left = limit() + warning - unused();
    if (left <= 0) clear();
    else if (left <= warning && !onStart() && !lost().open) warn(Math.ceil(left));
  };
  setInterval(tick, 1000);

  // In front of the dialog a touch or a key keeps on; what only moves lets the count begin anew, so that both of its
  // buttons can be reached.
  const use = (event) => {
    if (event.type === "pointermove") {
      const place = `${event.screenX} ${event.screenY}`;
      // What lies under the pointer moved, not the pointer.
      if (place === last) return;
      last = place;
    }
    if (!held) began = performance.now();
    if (event.touches) held = event.touches.length > 0;
    else if (event.buttons !== undefined && event.type !== "click") held = event.buttons > 0;
    if (!still().open) return mark();
    if (event.type !== "scroll") mark(limit());
    if (["pointerup", "pointercancel", "touchend"].includes(event.type)) {
      // A click comes before.
      setTimeout(() => { if (still().open && !held) stay(); }, 500);
    }
  };
  for (const type of ["pointerdown", "pointermove", "pointerup", "pointercancel", "touchstart", "touchmove", "touchend",
    "touchcancel", "wheel", "scroll", "keydown", "input", "click"]) {
    addEventListener(type, use, { capture: true, passive: true });
  }

  addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || /^(F\d+|ContextMenu|Browser.*)$/.test(key)) {
      event.preventDefault();
    }
    const press = ["Enter", " "].includes(key);
    if (still().open && !["Tab", "Shift"].includes(key) && !(press && target.dataset.do === "clear")) {
      event.preventDefault();
      event.stopPropagation();
      stay();
    } else if (press && onStart() && !target.closest("a, button, dialog") && !step.isUnread(event)) begin();
  }, true);

  // --- Controls --------------------------------------------------------------------------------------------------------

  const textSize = () => [1, 2].find((size) => html.classList.contains(`size-${size}`)) ?? 0;
  const resize = (change) => {
    const size = Math.min(2, Math.max(0, textSize() + change));
    html.classList.remove("size-1", "size-2");
    if (size) html.classList.add(`size-${size}`);
  };

  // Other voices than those of the machine would send the words away.
  const voice = (lang) => window.speechSynthesis?.getVoices().find((one) => (
    one.localService && one.lang.toLowerCase().split(/[-_]/)[0] === lang.split("-")[0]
  ));
  let reading = null;
  let began = 0;

  // What is in view of the step, sentence by sentence, each in its language.
  const spoken = () => {
    const found = [];
    const texts = document.createTreeWalker(step.article(), NodeFilter.SHOW_TEXT);
    let block = null;
    while (texts.nextNode()) {
      const { data, parentElement: parent } = texts.currentNode;
      if (!data.trim() || parent.closest("svg") || !parent.checkVisibility()) continue;
      const near = parent.closest("h1, h2, h3, p, li, summary, label, q");
      const { lang } = parent.closest("[lang]");
      if (near === block && found.at(-1).lang === lang) found.at(-1).text += data;
      else found.push({ text: data, lang });
      block = near;
    }
    return found;
  };

  const read = () => {
    const texts = spoken();
    const mine = {};
    const next = () => {
      if (reading !== mine) return;
      const text = texts.shift();
      if (!text) {
        hush();
        return showControls();
      }
      const found = voice(text.lang);
      if (!found) return next();
      const utterance = new SpeechSynthesisUtterance(text.text);
      Object.assign(utterance, { lang: found.lang, voice: found, onend: next, onerror: next });
      began = performance.now();
      speechSynthesis.speak(utterance);
    };
    reading = mine;
    next();
  };

  const hush = () => {
    reading = null;
    window.speechSynthesis?.cancel();
  };
  window.speechSynthesis?.addEventListener?.("voiceschanged", showControls);

  const does = {
    back,
    clear,
    stay,
    read,
    stop: hush,
    larger: () => resize(1),
    smaller: () => resize(-1),
    contrast: () => html.classList.toggle("contrast"),
  };

  const begin = () => follow(document.querySelector("a.language"));

  addEventListener("click", (event) => {
    const { target } = event;
    const control = target.closest("[data-do]");
    const link = target.closest("a[href]");
    if (control || link || still().open) event.preventDefault();
    if (still().open && control?.dataset.do !== "clear") return stay();
    if (control) {
      does[control.dataset.do]();
      // They stand at the same place.
      if (["read", "stop"].includes(control.dataset.do)) step.change();
      return showControls();
    }
    if (lost().open) {
      if (memory.bundles.length) lost().close();
      // The event of its end comes later.
      step.change();
      asked = null;
      return poll();
    }
    if (link) return follow(link);
    const label = target.closest("[data-option] > summary");
    if (label) {
      // What is known opens it.
      event.preventDefault();
      return tap(label);
    }
    return onStart() ? begin() : null;
  }, true);

  const tap = (target) => {
    walk.taps = step.tapped(walk, target);
    step.showFacts(walk);
  };
  addEventListener("change", ({ target }) => { if (target.closest(".switch")) tap(target); }, true);

  // --- No way out ------------------------------------------------------------------------------------------------------

  for (const type of ["contextmenu", "selectstart", "dragstart", "dragover", "drop", "auxclick", "gesturestart"]) {
    addEventListener(type, (event) => event.preventDefault(), true);
  }
  addEventListener("submit", (event) => { if (event.target.method !== "dialog") event.preventDefault(); }, true);
  addEventListener("wheel", (event) => { if (event.ctrlKey) event.preventDefault(); }, { passive: false });

  // --- Memory ----------------------------------------------------------------------------------------------------------

  const get = async (address) => {
    const answer = await fetch(address, { cache: "no-cache", signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) throw new Error(`${answer.status} at ${address}`);
    return answer.text();
  };
  const parse = (text) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    step.unpack(page);
    return page;
  };

  const load = async (address, version) => {
    const bundle = JSON.parse(await get(address));
    if (bundle.version !== version) throw new Error(`another version at ${address}`);
    const home = `${bundle.start.split("/").slice(0, -3).join("/")}/`;
    return { ...bundle, address, home, page: parse(bundle.frame) };
  };

  // All guides of one version. The first time each can be used as soon as it is there.
  const gather = async () => {
    const old = memory;
    const start = parse(await get(document.body.dataset.start));
    const { version, bundles } = start.body.dataset;
    // But the login page of a network.
    if (!version) throw new Error("not the start screen");
    const fresh = { start, version, bundles: [], whole: false };
    for (const address of bundles.split(" ")) {
      const had = old.bundles.find((bundle) => bundle.address === address && bundle.version === version);
      fresh.bundles.push(had ?? await load(address, version));
      if (!old.whole) {
        memory = fresh;
        if (asked && find(asked.address)) go(asked.address, asked.change);
      }
    }
    fresh.whole = true;
    return fresh;
  };

  const files = (page) => all("head script, head link", page).map((one) => one.getAttribute("src") ?? one.getAttribute("href"));

  const free = () => onStart() && (!used || unused() > 10);

  let night = Infinity;
  const plan = () => {
    if (!document.body.dataset.night) return;
    const next = new Date();
    next.setHours(...document.body.dataset.night.split(":"), 0, 0);
    if (next <= Date.now()) next.setDate(next.getDate() + 1);
    night = next.getTime();
  };

  // A new version is taken whole, and only while nobody is there.
  const look = async () => {
    const { version } = JSON.parse(await get(document.body.dataset.health));
    if (!memory.whole || (free() && version !== memory.version)) {
      const fresh = await gather();
      if (memory.whole && !free()) return;
      memory = fresh;
    }
    lost().close();
    if (!free()) return;
    const { start } = memory;
    if (Date.now() > night || files(start).join() !== files(document).join()) {
      await Promise.all([start.body.dataset.start, ...files(start)].map(get));
      if (free()) location.reload();
    } else if (start.body.dataset.version !== document.body.dataset.version || !document.body.matches(".start")) clear();
  };

  let looking = false;
  let later = 0;
  const poll = async () => {
    if (looking) return;
    looking = true;
    clearTimeout(later);
    stayAwake();
    try {
      await look();
    } catch {
      const missing = asked || (onStart() && !memory.bundles.length);
      if (missing && !lost().open) lost().showModal();
    }
    looking = false;
    later = setTimeout(poll, memory.whole ? POLL : RETRY);
  };

  let awake = null;
  const stayAwake = async () => {
    if (document.hidden || (awake && !awake.released)) return;
    awake = await navigator.wakeLock?.request("screen").catch(() => null);
  };

  // --- From the start, and whenever something went wrong ---------------------------------------------------------------

  let wrong = -Infinity;
  const recover = () => {
    if (performance.now() - wrong < 10000) return;
    wrong = performance.now();
    try {
      clear();
    } catch {
      get(document.body.dataset.start).then(() => location.reload(), () => {});
    }
  };
  addEventListener("error", recover);
  addEventListener("unhandledrejection", recover);
  // What the browser keeps of the page, to go back to, is the start screen.
  addEventListener("pagehide", clear);
  addEventListener("pageshow", (event) => { if (event.persisted) clear(); });
  document.addEventListener("visibilitychange", () => {
    stayAwake();
    tick();
  });
  addEventListener("online", poll);

  history.scrollRestoration = "manual";
  if (!document.body.matches(".start")) {
    const [{ type } = {}] = performance.getEntriesByType("navigation");
    if (["reload", "back_forward"].includes(type)) return location.replace(document.body.dataset.start);
    history.replaceState(null, "", document.body.dataset.start);
    mark();
    if (step.stepId()) step.show(walk);
  }
  showControls();
  plan();
  poll();
})();
