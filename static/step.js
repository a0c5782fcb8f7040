// What a step shows of the walk that led to it: lines by answers and ticks, what is open now, and no number past its date.
// walk.js keeps that walk in the history entry, kiosk.js in memory.
"use strict";

window.guideStep = window.guideStep ?? (() => {
  const MINUTE = 60000;
  const main = () => document.getElementById("step");
  const article = () => main().querySelector(".step");
  const stepId = () => article()?.dataset.id ?? article()?.dataset.step;
  const all = (selector, root = main()) => [...root.querySelectorAll(selector)];

  // --- Taps that were meant for what stood there before --------------------------------------------------------------

  // A shaking hand taps twice. For this long, in milliseconds, a tap on what has only just come does nothing.
  const UNREAD = 500;
  const STAYS = ".skip, .exit, .bar a, .dock [data-do=clear]"; // at the same place on every step
  let changed = -Infinity;
  let tooSoon = false; // whether the press that a click will end began too soon

  // To be called when something else comes under the finger. The time counts from when it can be seen.
  const change = () => {
    const now = performance.now();
    changed = now;
    requestAnimationFrame(() => requestAnimationFrame(() => { if (changed === now) changed = performance.now(); }));
  };
  // The time of an event is not asked: where it counts from differs by browser, and no tap would ever count.
  const isUnread = ({ target }) => performance.now() - changed < UNREAD && !target.closest?.(STAYS);

  addEventListener("pointerdown", (event) => { tooSoon = isUnread(event); }, true);
  addEventListener("click", (event) => {
    if (!event.isTrusted) return; // a script's own click repeats a tap that counted
    const unread = isUnread(event) || tooSoon;
    tooSoon = false;
    if (!unread) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  document.addEventListener("toggle", change, true);
  document.addEventListener("close", change, true);
  addEventListener("pageshow", ({ persisted }) => { if (persisted) change(); });
  change();
  const painted = performance.getEntriesByName?.("first-contentful-paint")[0];
  if (painted) changed = Math.min(changed, painted.startTime); // over a slow network a page is read before its scripts run

  // --- What was answered ---------------------------------------------------------------------------------------------

  // The answers after a choice, as in helper/answers.py. An earlier answer to the same question is given up, with those
  // after it, also by a quiet link, which answers nothing. Only ids are kept: browsers write them to disk.
  const answered = ({ answers }, link) => {
    const id = stepId();
    const at = answers.findIndex((answer) => answer.step === id);
    const before = at < 0 ? answers : answers.slice(0, at);
    const { choice } = link.dataset;
    return choice ? [...before, { step: id, choice, to: link.pathname.split("/").slice(-3, -1).join("/") }] : before;
  };

  // The ticks after a box was tapped. Of a group only one can be true.
  const ticked = ({ ticks }, box) => {
    const { check, group } = box.dataset;
    const after = { ...ticks };
    delete after[check];
    if (box.checked) {
      for (const other of all(`[data-group="${group}"]`)) if (group) delete after[other.dataset.check];
      after[check] = true;
    }
    return after;
  };

  // true, false, or undefined while it is not known. Only an explicit other answer makes it false: a choice without an id
  // is kept by the step that it leads to, which has a slash.
  const holds = ({ answers, ticks }, when) => {
    const tree = stepId().split("/")[0];
    const parts = Object.entries(when).map(([key, wanted]) => {
      if (ticks[key]) return true;
      const answer = answers.find(({ step }) => step === `${tree}/${key}`);
      if (!answer || answer.choice.includes("/")) return undefined;
      return wanted.includes(answer.choice);
    });
    return parts.includes(false) ? false : parts.includes(undefined) ? undefined : true;
  };

  const toSay = () => all(".lines q:not(.original)").map((line) => line.textContent);

  // A text to 911 has the lines that hold, in English and without blanks. The place stands last: there the sender types on.
  const sendLines = ({ dataset: { speaks } }) => {
    const isPlace = (line) => line.dataset.n === "0";
    const known = all(".lines > [data-sent]").sort((a, b) => isPlace(a) - isPlace(b)).map((line) => line.dataset.sent);
    const text = encodeURIComponent((speaks ? [speaks, ...known] : known).join("\n"));
    for (const link of all("a.said")) link.href = link.href.replace(/body=.*/, `body=${text}`);
  };

  const showLines = (walk) => {
    const lines = main().querySelector(".lines");
    const conditions = main().querySelector(".conditions");
    if (!lines) return;
    if (conditions) {
      for (const line of all("[data-when]")) {
        const state = holds(walk, JSON.parse(line.dataset.when));
        line.hidden = state === false;
        line.querySelector(".if").hidden = state === true;
        (state === true ? lines : conditions).append(line);
      }
      for (const list of [lines, conditions]) {
        list.append(...[...list.children].sort((a, b) => a.dataset.n - b.dataset.n));
      }
      main().querySelector(".unknown").hidden = !all(".conditions > :not([hidden])").length;
    }
    sendLines(lines);
    all("button.large").forEach((button) => { button.hidden = !window.HTMLDialogElement; });
  };

  const showTicks = (walk) => {
    for (const box of all("[data-check]")) {
      box.checked = Boolean(walk.ticks[box.dataset.check]);
      if (box.checked) box.closest("details").open = true;
    }
    showLines(walk);
  };

  document.addEventListener("click", (event) => {
    if (!event.target.matches?.("button.large")) return;
    const card = main().querySelector("dialog.card");
    card.querySelector("ol").replaceChildren(...all(".lines li").map((line) => {
      const item = document.createElement("li");
      item.append(...all("q", line).map((words) => words.cloneNode(true)));
      return item;
    }));
    card.showModal();
    change();
  });

  // Whether a line is open, by the clocks of its zone. One that closes before it opens is open past midnight: those
  // hours belong to the day before.
  const isOpen = ({ days, open, close, zone }) => {
    const { weekday, hour, minute } = Object.fromEntries(new Intl.DateTimeFormat("en-US", {
      timeZone: zone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    }).formatToParts().map((part) => [part.type, part.value]));
    const time = `${hour}:${minute}`;
    const opens = (...free) => days === "Mon-Sun" || !free.includes(weekday);
    if (open < close) return opens("Sat", "Sun") && open <= time && time < close;
    return opens("Sat", "Sun") && open <= time || opens("Sun", "Mon") && time < close;
  };

  const showTimes = () => {
    for (const hours of all(".hours[data-open]")) {
      const now = hours.parentElement.querySelector(".now");
      now.textContent = isOpen(hours.dataset) ? now.dataset.open : now.dataset.closed;
    }
  };

  // A page can be older than its numbers: it stayed open, or it comes from a copy.
  const hideExpired = () => {
    const now = new Date();
    const today = new Date(now - now.getTimezoneOffset() * MINUTE).toISOString().slice(0, 10);
    for (const one of all("[data-expires]")) {
      if (one.hidden || one.dataset.expires >= today) continue;
      one.hidden = true;
      if (one.matches(".contact")) all(".unchecked").forEach((line) => { line.hidden = false; });
    }
  };

  // A page that stays open while the clock goes on.
  const goOn = () => {
    if (!main()) return;
    showTimes();
    hideExpired();
  };
  document.addEventListener("visibilitychange", goOn);
  setInterval(goOn, MINUTE / 4);

  // Puts what is true only while scripts run in its place.
  const unpack = (root) => {
    for (const packed of root.querySelectorAll("template[data-html]")) packed.outerHTML = packed.dataset.html;
  };
  unpack(document);

  // What a walk changes on the step that is shown.
  const show = (walk) => {
    unpack(main());
    showTicks(walk);
    showTimes();
    hideExpired();
  };

  return { article, stepId, change, isUnread, answered, ticked, toSay, unpack, show, showTicks };
})();
