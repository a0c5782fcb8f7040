// Keeps the walk: the answers and ticks in the history entry, the shown step in agreement with the address, and help
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

  // n counts the entries since the walk began; answers and ticks are what was said so far.
  let walk = { n: 0, answers: [], ticks: {}, ...history.state?.walk };
  let next = null; // the walk after the tap that is being loaded
  let loading = null; // the load that Back, Forward or "Start over" asked for
  let again = null; // what "Try again" does
  let clearing = false;

  const partial = () => article().dataset.partial ?? "";

  // While another step is on its way, the entry may be that step's already; it must not get what is shown.
  const write = () => {
    if ((history.state?.walk?.n ?? walk.n) !== walk.n) return;
    walk.partial = partial();
    history.replaceState({ ...history.state, htmx: true, walk }, "");
  };

  // --- What was answered -------------------------------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (link?.origin !== location.origin || link.download) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const plain = !link.hasAttribute("hx-get");
    if (clearing || plain || link.matches(".start-over")) {
      event.preventDefault();
      event.stopPropagation();
      if (clearing) return setTimeout(() => link.click(), 50);
      if (link.matches(".skip")) return main.focus(); // an entry for "#step" would have no walk
      return plain ? open(link) : startOver(link);
    }
    again = () => link.click();
    let answers = walk.answers;
    if (link.matches(".choice")) answers = step.answered(walk, link);
    if (link.dataset.keep) answers = answers.slice(0, Number(link.dataset.keep));
    next = { path: link.pathname, answers };
  }, true);

  document.addEventListener("change", (event) => {
    if (!event.target.dataset?.check) return;
    walk.ticks = step.ticked(walk, event.target);
    write();
    const before = step.toSay();
    step.showTicks(walk);
    const added = step.toSay().filter((line) => !before.includes(line)).join(" ");
    news.textContent = added && `${document.getElementById("say-title").textContent}: ${added}`;
  });

  // --- What a step shows of the walk -------------------------------------------------------------------------------

  const fill = (root, answer, keep) => {
    for (const [name, text] of [["asked", answer.title], ["chosen", answer.label]]) {
      const shown = root.querySelector(`.${name}`);
      shown.textContent = text;
      shown.lang = answer.lang;
    }
    const href = `${document.body.dataset.home}${answer.id}/`;
    const link = root.querySelector("a");
    link.href = href;
    link.setAttribute("hx-get", `${href}step.html`);
    link.setAttribute("hx-push-url", href);
    link.dataset.keep = keep;
  };

  const showAnswers = () => {
    const box = document.getElementById("answers");
    const one = box.querySelector("template").content.firstElementChild;
    box.hidden = !walk.answers.length;
    box.querySelector("ol").replaceChildren(...walk.answers.map((answer, n) => {
      const item = one.cloneNode(true);
      fill(item, answer, n);
      return item;
    }));
    htmx.process(box);
    const because = main.querySelector(".because");
    const last = walk.answers.at(-1);
    if (because && last) {
      fill(because, last, walk.answers.length - 1);
      htmx.process(because);
      because.hidden = false;
    }
  };

  const prefetch = () => {
    const links = new Set(all("a.choice[hx-get]").map((link) => link.getAttribute("hx-get")));
    for (const url of links) fetch(url, { priority: "low" }).then((answer) => answer.text()).catch(() => {});
  };

  const arrived = () => {
    if (!guard.hidden) guard.hidden = true; // a needless write can make an alert heard
    news.textContent = "";
    again = null;
    const { id, title } = article().dataset;
    if (title) document.title = title;
    if (id) for (const link of all("a.language", document)) link.href = `${link.dataset.home}${id}/`;
    step.show(walk);
    showAnswers();
    back.hidden = walk.n === 0;
    setTimeout(prefetch, 200);
  };

  // --- Moving ------------------------------------------------------------------------------------------------------

  // htmx has pushed the new address and a bare state. Its entry gets the walk that led there.
  let base = 0;
  document.addEventListener("htmx:before:history:update", () => { base = history.state?.walk?.n ?? walk.n; });
  document.addEventListener("htmx:after:history:update", () => {
    walk = { n: base + 1, answers: next?.path === location.pathname ? next.answers : walk.answers, ticks: walk.ticks };
    next = null;
    history.replaceState({ ...history.state, htmx: true, walk }, "");
  });

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.load) {
      walk = ctx.load.walk(walk);
      ctx.load.shown = true;
    }
    loading = null;
    write();
    scrollTo(0, 0);
    article().querySelector("h1").focus({ preventScroll: true });
    arrived();
  });

  // Ends with true when the step is shown, false when it failed, undefined when something else took its place.
  const load = async (from, walk) => {
    const mine = { walk };
    loading = mine;
    await htmx.ajax("GET", from, { source: main, target: main, swap: "innerHTML", load: mine });
    return mine.shown;
  };

  // Back and Forward get the partial of the entry. When it can't be had, the tab returns to the entry that is shown.
  // Ticks tell what is true now, whichever way the reader goes.
  document.addEventListener("htmx:before:history:restore", (event) => {
    event.preventDefault();
    if (!window.leaving && !clearing) restore();
  });
  const restore = async () => {
    const entry = history.state?.walk;
    if (!entry) return;
    if (!entry.partial) return location.reload();
    if (entry.n === walk.n && entry.partial === partial()) {
      loading = null;
      return write();
    }
    if (await load(entry.partial, (shown) => ({ ...entry, ticks: shown.ticks })) !== false) return;
    again = () => history.go(entry.n - walk.n);
    history.go(walk.n - history.state.walk.n);
  };

  back.addEventListener("click", () => history.back());

  // Another page of the site, as a part of the walk: an entry of another document would stop the exit half way.
  const open = (link) => {
    history.pushState({ htmx: true, walk: { ...walk, n: walk.n + 1, partial: "" } }, "", link.href);
    location.reload();
  };

  // The walk's first entry becomes a new walk, and what lay after it is cut off, so that Back and Forward find nothing.
  const startOver = async (link) => {
    again = () => link.click();
    if (!await load(link.getAttribute("hx-get"), () => ({ n: 0, answers: [], ticks: {} }))) return;
    clearing = true;
    const clear = () => {
      const depth = history.state?.walk?.n ?? 0;
      if (depth > 0) {
        addEventListener("popstate", clear, { once: true });
        return history.go(-depth);
      }
      const state = (n) => ({ htmx: true, walk: { ...walk, n, partial: partial() } });
      history.replaceState(state(0), "", link.href);
      history.pushState(state(1), "", link.href);
      walk.n = 1;
      setTimeout(() => { clearing = false; }, 50);
    };
    clear();
  };

  // --- When a step can't be had ------------------------------------------------------------------------------------

  const fail = ({ detail: { ctx } }) => {
    if (ctx?.load) {
      if (ctx.load !== loading) return;
      ctx.load.shown = false;
    }
    loading = null;
    guard.hidden = false;
    guard.focus();
    guard.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("htmx:error", fail);
  document.addEventListener("htmx:after:request", (event) => {
    const { load, response, text } = event.detail.ctx;
    const late = window.leaving || clearing || (load && load !== loading);
    const isStep = response.status < 400 && text.includes("data-partial="); // not the login page of a Wi-Fi
    if (isStep && !late) return;
    event.preventDefault();
    if (!late) fail(event);
  });
  document.getElementById("retry").addEventListener("click", () => again?.());

  write();
  arrived();

  // Until now htmx left the links alone: without this script a tap that fails would be silent.
  document.body.removeAttribute("hx-ignore");
  htmx.process(document.body);
})();
