// What a step shows of the walk that led to it: lines by answers and ticks, what is open now, and no number past its date.
// walk.js keeps that walk in the history entry, kiosk.js in memory.
"use strict";

window.guideStep = window.guideStep ?? (() => {
  const main = () => document.getElementById("step");
  const article = () => main().querySelector(".step");
  const stepId = () => article()?.dataset.id ?? article()?.dataset.step;
  const all = (selector, root = main()) => [...root.querySelectorAll(selector)];

  // The answers after a choice. Those that came after an earlier answer to the same question are given up.
  const answered = ({ answers }, link) => {
    const id = stepId();
    const { title } = article().dataset;
    const at = answers.findIndex((answer) => answer.id === id);
    const before = at < 0 ? answers : answers.slice(0, at);
    const { lang } = document.documentElement;
    return [...before, { id, title, lang, choice: link.dataset.id, label: link.textContent }];
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

  // true, false, or undefined while it is not known. Only an explicit other answer makes it false: "not sure" and the
  // quiet links have no id.
  const holds = ({ answers, ticks }, when) => {
    const tree = stepId().split("/")[0];
    const parts = Object.entries(when).map(([key, wanted]) => {
      if (ticks[key]) return true;
      const answer = answers.find((one) => one.id === `${tree}/${key}`);
      return answer && wanted.includes(answer.choice) ? true : answer?.choice ? false : undefined;
    });
    return parts.includes(false) ? false : parts.includes(undefined) ? undefined : true;
  };

  const toSay = () => all(".lines q:not(.original)").map((line) => line.textContent);

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
    const text = encodeURIComponent(toSay().join("\n").replace(/\([^)]+\)/g, "___"));
    for (const link of all("a.said")) link.href = link.href.replace(/body=.*/, `body=${text}`);
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
  });

  const showTimes = () => {
    for (const hours of all(".hours[data-open]")) {
      const { days, open, close, zone } = hours.dataset;
      const parts = Object.fromEntries(new Intl.DateTimeFormat("en-US", {
        timeZone: zone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
      }).formatToParts().map((part) => [part.type, part.value]));
      const time = `${parts.hour}:${parts.minute}`;
      const now = time >= open && time < close && (days === "Mon-Sun" || !parts.weekday.startsWith("S"));
      const told = hours.parentElement.querySelector(".now");
      told.textContent = now ? told.dataset.open : told.dataset.closed;
    }
  };

  // A page can be older than its numbers: it stayed open, or it comes from a copy.
  const hideExpired = () => {
    const now = new Date();
    const today = new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
    for (const one of all("[data-expires]")) {
      if (one.hidden || one.dataset.expires >= today) continue;
      one.hidden = true;
      if (one.matches(".contact")) all(".unchecked").forEach((line) => { line.hidden = false; });
    }
  };
  document.addEventListener("visibilitychange", () => { if (main()) hideExpired(); });

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

  return { article, stepId, answered, ticked, toSay, unpack, show, showTicks };
})();
