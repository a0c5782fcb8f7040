// What a step shows of the walk that led to it: words by what is known, what is open now, and no number past its date.
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
  // At the same place on every step.
  const STAYS = ".skip, .exit, .bar a, .dock [data-do=clear]";
  let changed = -Infinity;
  // Whether the press that a click will end began too soon.
  let tooSoon = false;

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
    // A script's own click repeats a tap that counted.
    if (!event.isTrusted) return;
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
  // Over a slow network a page is read before its scripts run.
  if (painted) changed = Math.min(changed, painted.startTime);

  // --- What was answered ---------------------------------------------------------------------------------------------

  // The walk after a choice, as in helper/answers.py. An earlier answer to the same step is given up, with those after it,
  // also by a quiet link, which answers nothing. What a choice sets is known like a tap, until something else is said of
  // it. Only ids are kept: browsers write them to disk.
  const answered = ({ answers, taps }, link) => {
    const id = stepId();
    const at = answers.findIndex((answer) => answer.step === id);
    const before = at < 0 ? answers : answers.slice(0, at);
    const { choice } = link.dataset;
    const after = { ...taps };
    if (choice) delete after[id.split("/")[1]];
    for (const [topic, option] of new URLSearchParams(link.dataset.sets)) after[topic] = [option];
    const to = link.pathname.split("/").slice(-3, -1).join("/");
    return { answers: choice ? [...before, { step: id, choice, to }] : before, taps: after };
  };

  // What is known: of a topic the options that are true, of a step the choice that was taken there. A step can be called
  // like a topic. A choice without an id is kept by the step that it leads to, which has a slash. A tap counts more.
  const known = ({ answers, taps }) => {
    const facts = {};
    for (const { step, choice } of answers) {
      if (!choice.includes("/")) facts[step] = facts[step.split("/")[1]] = [choice];
    }
    return { ...facts, ...taps };
  };

  // The taps after an option was tapped: a radio button, the label of a fold, or a text to 911. A second tap on a label
  // takes it back.
  const tapped = (walk, target) => {
    const { topic } = target.closest("[data-topic]").dataset;
    const option = target.value ?? target.dataset.option ?? target.parentElement.dataset.option;
    const chosen = known(walk)[topic] ?? [];
    const others = target.closest(".any") ? chosen.filter((id) => id !== option) : [];
    const back = chosen.includes(option) && target.matches("summary");
    return { ...walk.taps, [topic]: back ? others : [...others, option] };
  };

  const holds = (facts, when) => [...new URLSearchParams(when)].every(([name, wanted]) => (
    wanted.split("|").some((option) => facts[name]?.includes(option))
  ));

  // What stands of a line: the first variant that is known to be true, else the line.
  const standing = (slot, facts) => {
    const [line, ...variants] = slot.children;
    return variants.find((variant) => holds(facts, variant.dataset.when)) ?? line;
  };

  // Without a script the variants of the first lines stand in a fold.
  const putVariants = () => {
    const fold = main().querySelector(".else");
    const slots = all(".first .slot");
    for (const variant of fold ? all("[data-for]", fold).sort((a, b) => a.dataset.for.localeCompare(b.dataset.for)) : []) {
      const words = document.createElement("p");
      words.dataset.when = variant.parentElement.dataset.when;
      words.append(...variant.childNodes);
      slots[variant.dataset.for.split(".")[0]].append(words);
    }
    fold?.remove();
  };

  const inSight = (root) => all("q", root).filter((words) => !words.closest("[hidden]"));
  const toSay = () => inSight(main()).filter((words) => (
    words.closest(".lines, [data-option][open]") && !words.matches(".original")
  )).map((words) => words.textContent);

  // A text to 911 has the lines that stand, in English and without blanks. The place stands last: there the sender types on.
  const sendLines = (facts) => {
    const speaks = main().querySelector(".lines")?.dataset.speaks;
    const chosen = all("[data-option][open] .slot").map((slot) => standing(slot, facts));
    for (const link of all("a.said")) {
      const { topic, option } = link.dataset;
      const sure = option ? { ...facts, [topic]: [option] } : facts;
      const [place, ...lines] = all(".first .slot").map((slot) => standing(slot, sure));
      const texts = [...lines, ...chosen, place].map((words) => words?.querySelector("q").dataset.sent);
      const body = [speaks, ...texts].filter(Boolean).join("\n");
      link.href = link.href.replace(/body=.*/, `body=${encodeURIComponent(body)}`);
      main().querySelector(`.copied${option ? `[data-option="${option}"]` : ""}`).textContent = body;
    }
  };

  const showFacts = (walk) => {
    if (!stepId()) return; // the page of the whole guide is for everybody
    const facts = known(walk);
    for (const slot of all(".slot")) {
      const words = standing(slot, facts);
      for (const one of slot.children) one.hidden = one !== words;
      for (const label of all(".if", slot)) label.hidden = true;
    }
    for (const topic of all(".topic")) {
      const chosen = facts[topic.dataset.topic] ?? [];
      for (const option of all("[data-option]", topic)) option.open = chosen.includes(option.dataset.option);
      const labels = all("[data-option][open] > summary > :first-child", topic).map((label) => label.textContent);
      topic.querySelector(".picked").textContent = labels.join(", ");
    }
    for (const button of all(".switch input")) button.checked = facts[button.name]?.includes(button.value) ?? false;
    for (const item of all("[data-picked]")) {
      const words = all(`[data-topic="${item.dataset.picked}"] [open] .slot > :not([hidden])`);
      item.replaceChildren(...words.map((one) => one.cloneNode(true)));
      item.hidden = !words.length;
    }
    sendLines(facts);
    all("button.large").forEach((button) => { button.hidden = !window.HTMLDialogElement; });
  };

  // What is known already when a step comes is open.
  const openTopics = (walk) => {
    const facts = known(walk);
    if (article().matches(".private")) return;
    for (const topic of all(".topic")) if (facts[topic.dataset.topic]?.length) topic.open = true;
  };

  // A screen that is shown to others stays on, where the browser can do that, and says so where it can't.
  let awake = null;
  const stayOn = async () => {
    const lock = await navigator.wakeLock?.request("screen").catch(() => null);
    const told = main().querySelector("dialog.card[open] .awake");
    if (!told) return lock?.release(); // closed meanwhile
    awake = lock;
    told.textContent = awake ? told.dataset.awake : told.dataset.dark;
  };
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && main()?.querySelector("dialog.card[open]")) stayOn();
  });
  document.addEventListener("close", ({ target }) => {
    if (!target.matches?.("dialog.card")) return;
    awake?.release();
    awake = null;
  }, true);
  // Officers read the card by themselves: a blank at the end of a line would ask them.
  const toShow = (words) => {
    const copy = words.cloneNode(true);
    const blank = copy.lastElementChild;
    const before = blank?.previousSibling;
    if (blank?.matches(".blank") && before?.data?.endsWith(": ") && article().matches(".phone-down")) {
      before.data = before.data.slice(0, -2);
      blank.remove();
    }
    return copy;
  };
  document.addEventListener("click", (event) => {
    if (!event.target.matches?.("button.large")) return;
    const card = main().querySelector("dialog.card");
    card.querySelector("ol").replaceChildren(...all(".lines > li:not([hidden])").flatMap((line) => (
      all("p", line).filter((words) => !words.hidden).map((words) => {
        const item = document.createElement("li");
        item.append(...all("q", words).map(toShow));
        return item;
      })
    )));
    card.showModal();
    stayOn();
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

  // After the call one tap leads to what was said.
  const showCalled = ({ called }) => {
    for (const link of all(".dial .over")) link.hidden = !called;
    for (const hint of all(".dial .before")) hint.hidden = Boolean(called && hint.nextElementSibling);
  };

  // What a walk changes on the step that is shown.
  const show = (walk) => {
    unpack(main());
    putVariants();
    showFacts(walk);
    openTopics(walk);
    showCalled(walk);
    showTimes();
    hideExpired();
  };

  return { article, stepId, change, isUnread, answered, tapped, toSay, unpack, show, showFacts, showCalled };
})();
