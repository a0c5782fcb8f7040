// Keeps the walk: the answers and taps in the history entry, the shown step in agreement with the address, and help
// on the screen when a step can't be loaded. Without this script every link still works.
"use strict";

(() => {
  if (window.walkReady || !window.htmx || !window.guideStep) return;
  window.walkReady = true;

  const main = document.getElementById("step");
  const guard = document.getElementById("guard");
  const back = document.getElementById("back");
  const step = window.guideStep;
  const { article } = step;
  const news = document.getElementById("news");
  const all = (selector, root = main) => [...root.querySelectorAll(selector)];

  // Browsers keep 50 entries and drop the first ones. Past this many the step that is shown gives its entry to the next,
  // so that "Start over" and the quick exit find the walk's first entry.
  const MOST = 48;
  // Milliseconds without a scroll after which the place is kept: Safari allows 100 writes in 30 s.
  const SCROLLED = 250;

  // n counts the entries since the walk began; answers and taps are what was said so far; called, y and open are whether a
  // number was tapped, the place on the page and the folds that are open. All of it is numbers, ids and the address of the
  // step, whatever was found there.
  const read = (walk) => {
    const { n, answers, taps, partial, called, y, open } = Object(walk);
    const isText = (value) => typeof value === "string";
    const isAnswer = (answer) => /^[^/]+\/[^/]+$/.test(answer?.step) && isText(answer.choice);
    const options = (value) => (Array.isArray(value) ? value.filter(isText) : []);
    return {
      n: Number.isInteger(n) && n > 0 ? n : 0,
      answers: Array.isArray(answers) ? answers.filter(isAnswer) : [],
      taps: Object.fromEntries(Object.entries(Object(taps)).map(([topic, value]) => [topic, options(value)])),
      partial: isText(partial) ? partial : "",
      called: called === true,
      y: Number.isFinite(y) ? y : undefined,
      open: Array.isArray(open) ? open : [],
    };
  };
  const entry = () => history.state?.walk && read(history.state.walk);
  const folds = () => all("details:not([data-option])");
  const place = () => ({
    y: Math.round(scrollY),
    open: folds().flatMap((fold, n) => (fold.open ? n : [])),
  });

  let walk = read(history.state?.walk);
  // The walk after the tap that is being loaded.
  let next = null;
  // The load that Back, Forward or "Start over" asked for.
  let loading = null;
  // What "Try again" does.
  let again = null;
  let clearing = false;

  const partial = () => article()?.dataset.partial ?? "";

  // While another step is on its way, the entry may be that step's already; it must not get what is shown.
  const write = () => {
    if (window.leaving || clearing || (entry() ?? walk).n !== walk.n) return;
    walk = { ...walk, ...place(), partial: partial() };
    history.replaceState({ ...history.state, htmx: true, walk }, "");
  };

  let scrolled;
  addEventListener("scroll", () => {
    clearTimeout(scrolled);
    scrolled = setTimeout(write, SCROLLED);
  }, { passive: true });
  document.addEventListener("toggle", write, true);
  document.addEventListener("visibilitychange", write);

  // --- What was answered -------------------------------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (link) write();
    if (link?.origin !== location.origin || link.download) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const plain = !link.hasAttribute("hx-get");
    if (clearing || plain || link.matches(".start-over")) {
      event.preventDefault();
      event.stopPropagation();
      if (clearing) return setTimeout(() => link.click(), 50);
      // An entry for "#step" would have no walk.
      if (link.matches(".skip")) return main.focus();
      if (link.matches(".over")) return goToAnswers();
      return plain ? open(link) : startOver(link);
    }
    // A second tap on a link of the bar.
    if (link.getAttribute("hx-get") === partial()) {
      event.preventDefault();
      return event.stopPropagation();
    }
    again = () => link.click();
    const { keep } = link.dataset;
    const after = link.matches(".choice") ? step.answered(walk, link) : walk;
    next = { path: link.pathname, taps: after.taps, answers: keep ? walk.answers.slice(0, Number(keep)) : after.answers };
  }, true);

  const goToAnswers = () => {
    const asked = document.getElementById("ask");
    asked.scrollIntoView();
    asked.focus({ preventScroll: true });
    write();
  };

  const tap = (target) => {
    walk.taps = step.tapped(walk, target);
    write();
    const before = step.toSay();
    step.showFacts(walk);
    const added = step.toSay().filter((line) => !before.includes(line)).join(" ");
    news.textContent = added && `${main.querySelector(".first h2, .say h2, .asked h2").textContent}: ${added}`;
  };
  main.addEventListener("click", (event) => {
    const label = event.target.closest("[data-option] > summary");
    if (label) {
      // What is known opens it.
      event.preventDefault();
      tap(label);
    } else if (event.target.closest("a.said[data-option]")) {
      tap(event.target.closest("a"));
    } else if (event.target.closest('a[href^="tel:"]')) {
      walk.called = true;
      write();
      // Not while the finger is still there.
      setTimeout(() => step.showCalled(walk), 800);
    }
  });
  main.addEventListener("change", (event) => { if (event.target.closest(".switch")) tap(event.target); });

  // --- What a step shows of the walk -------------------------------------------------------------------------------

  // The titles and labels of each guide in the language of the page, as far as they were needed. Values are HTML.
  const words = {};
  const learn = async (tree) => {
    if (words[tree]) return;
    try {
      const response = await fetch(`${document.body.dataset.home}${tree}/words.json`);
      words[tree] = await response.json();
    // Without network the list comes with a later step.
    } catch {}
  };

  // Puts an answer and the link to change it into their places. False where its guide has no such question any more.
  const fill = (root, { step, choice }, keep) => {
    const [tree, id] = step.split("/");
    const { title, choices } = words[tree]?.[id] ?? {};
    const asked = root.querySelector(".question");
    asked.innerHTML = title ?? "";
    root.querySelector(".chosen").innerHTML = choices?.[choice] ?? "";
    const href = `${document.body.dataset.home}${step}/`;
    const link = root.querySelector("a");
    link.href = href;
    link.setAttribute("hx-get", `${href}step.html`);
    link.setAttribute("hx-push-url", href);
    link.dataset.keep = keep;
    link.ariaLabel = `${link.textContent}: ${asked.textContent}`;
    return Boolean(title && choices[choice]);
  };

  const showAnswers = async () => {
    const { answers } = walk;
    const trees = new Set(answers.map(({ step }) => step.split("/")[0]));
    await Promise.all([...trees].map(learn));
    if (walk.answers !== answers) return;
    const box = document.getElementById("answers");
    const row = box.querySelector("template").content.firstElementChild;
    const items = answers.flatMap((answer, n) => {
      const item = row.cloneNode(true);
      return fill(item, answer, n) ? item : [];
    });
    box.hidden = !items.length;
    box.querySelector("ol").replaceChildren(...items);
    htmx.process(box);
    const because = main.querySelector(".because");
    const last = answers.at(-1);
    if (!because || last?.to !== step.stepId() || !fill(because, last, answers.length - 1)) return;
    htmx.process(because);
    because.hidden = false;
  };

  const prefetch = () => {
    const links = new Set(all("a.choice[hx-get]").map((link) => link.getAttribute("hx-get")));
    if (step.stepId()) learn(step.stepId().split("/")[0]);
    for (const url of links) fetch(url, { priority: "low" }).then((answer) => answer.text()).catch(() => {});
  };

  // A step that is new begins at its top. Where the reader comes back to one, the place on the page is as it was.
  const settle = async (answersShown) => {
    const { y, open } = walk;
    folds().forEach((fold, n) => { if (open.includes(n)) fold.open = true; });
    // A reload does not go to the part of the page that its address names.
    if (y === undefined) return document.getElementById(location.hash.slice(1))?.scrollIntoView();
    scrollTo(0, y);
    const [reached, height] = [scrollY, main.scrollHeight];
    await answersShown;
    // Browsers move what is shown by as much.
    const grown = main.scrollHeight - height;
    if ([0, grown].some((by) => Math.abs(scrollY - reached - by) < 2)) scrollTo(0, y);
  };

  const arrived = () => {
    // A needless write can make an alert heard.
    if (!guard.hidden) guard.hidden = true;
    news.textContent = "";
    again = null;
    const { id, title } = article().dataset;
    if (title) document.title = title;
    if (id) for (const link of all("a.language", document)) link.href = `${link.dataset.home}${id}/`;
    step.show(walk);
    const answersShown = showAnswers();
    back.hidden = walk.n === 0;
    settle(answersShown);
    setTimeout(prefetch, 200);
  };

  // --- Moving ------------------------------------------------------------------------------------------------------

  // htmx pushes the new address and a bare state. Its entry gets the walk that led there.
  let n = 0;
  document.addEventListener("htmx:before:history:update", ({ detail }) => {
    const from = (entry() ?? walk).n;
    n = Math.min(from + 1, MOST);
    if (n === from) detail.history.type = "replace";
  });
  document.addEventListener("htmx:after:history:update", () => {
    const { answers, taps } = next?.path === location.pathname ? next : walk;
    walk = read({ n, answers, taps, y: 0 });
    next = null;
    history.replaceState({ ...history.state, htmx: true, walk }, "");
  });

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.load) {
      walk = ctx.load.walk(walk);
      ctx.load.shown = true;
    }
    loading = null;
    step.change();
    article().querySelector("h1").focus({ preventScroll: true });
    arrived();
    write();
  });

  // Ends with true when the step is shown, false when it failed, undefined when something else took its place.
  const load = async (from, walk) => {
    const mine = { walk };
    loading = mine;
    await htmx.ajax("GET", from, { source: main, target: main, swap: "innerHTML", load: mine });
    return mine.shown;
  };

  // Back and Forward get the partial of the entry. When it can't be had, the tab returns to the entry that is shown.
  // Taps tell what is true now, whichever way the reader goes.
  document.addEventListener("htmx:before:history:restore", (event) => {
    event.preventDefault();
    if (!window.leaving && !clearing) restore();
  });
  const restore = async () => {
    const to = entry();
    if (!to) return;
    if (!to.partial) return location.reload();
    if (to.n === walk.n && to.partial === partial()) {
      loading = null;
      return write();
    }
    if (await load(to.partial, (shown) => ({ ...to, taps: shown.taps })) !== false) return;
    again = () => history.go(to.n - walk.n);
    history.go(walk.n - entry().n);
  };

  back.addEventListener("click", () => {
    step.change();
    history.back();
  });

  // Another page of the site, as a part of the walk: an entry of another document would stop the exit half way.
  const open = (link) => {
    step.change();
    const state = (n) => ({ htmx: true, walk: read({ n, answers: walk.answers, taps: walk.taps }) });
    if (walk.n < MOST) history.pushState(state(walk.n + 1), "", link.href);
    else history.replaceState(state(MOST), "", link.href);
    location.reload();
  };

  // The walk's first entry becomes a new walk, and what lay after it is cut off, so that Back and Forward find nothing.
  const startOver = async (link) => {
    again = () => link.click();
    if (!await load(link.getAttribute("hx-get"), () => read({ y: 0 }))) return;
    clearing = true;
    // Exit.js may not have come.
    await window.toFirstEntry?.();
    const state = (n) => ({ htmx: true, walk: { ...walk, n, partial: partial() } });
    history.replaceState(state(0), "", link.href);
    history.pushState(state(1), "", link.href);
    walk.n = 1;
    setTimeout(() => { clearing = false; }, 50);
  };

  // --- When a step can't be had ------------------------------------------------------------------------------------

  const fail = ({ detail: { ctx } }) => {
    if (ctx?.load) {
      if (ctx.load !== loading) return;
      ctx.load.shown = false;
    }
    loading = null;
    guard.hidden = false;
    step.change();
    guard.focus();
    guard.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("htmx:error", fail);
  document.addEventListener("htmx:after:request", (event) => {
    const { load, response, text } = event.detail.ctx;
    const late = window.leaving || clearing || (load && load !== loading);
    // Not the login page of a Wi-Fi.
    const isStep = response.status < 400 && text.includes("data-partial=");
    if (isStep && !late) return;
    event.preventDefault();
    if (!late) fail(event);
  });
  document.getElementById("retry").addEventListener("click", () => again?.());

  // The browser would restore the place before the step is there.
  history.scrollRestoration = "manual";
  arrived();
  write();

  // Until now htmx left the links alone: without this script a tap that fails would be silent.
  document.body.removeAttribute("hx-ignore");
  htmx.process(document.body);
})();
