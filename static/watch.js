// For the one who writes the trees: shows a page anew when its files have changed, and what is wrong with them over
// the last good page. Only `helper serve --watch` puts this script into pages.
"use strict";

(() => {
  if (window.watching) return;
  window.watching = true;

  const EVERY = 200;
  const STYLE = `
    dialog {
      box-sizing: border-box; width: min(60rem, 100vw - 1.5rem); max-width: none; max-height: calc(100dvh - 1.5rem);
      padding: 0; border: 0; border-top: 0.4rem solid var(--sign); border-radius: 0.6rem; overflow: auto;
      background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif;
      box-shadow: 0 0.5rem 3rem rgb(0 0 0 / 50%);
      --paper: #fff; --ink: #1d2429; --soft: #474e54; --code: #f3efe8; --sign: #8f1414;
    }
    dialog::backdrop { background: rgb(18 24 27 / 45%); }
    section {
      position: sticky; top: 0; display: flex; gap: 1rem; align-items: start; justify-content: space-between;
      padding: 0.9rem 1.1rem; background: var(--paper); border-bottom: 1px solid var(--code);
    }
    h2, p { margin: 0; }
    h2 { font-size: 1.2rem; line-height: 1.3; }
    p { color: var(--soft); font-size: 0.9375rem; }
    button {
      flex: none; min-height: 3rem; padding: 0 1.1rem; border: 2px solid var(--ink); border-radius: 0.6rem;
      background: var(--paper); color: var(--ink); font: inherit; font-weight: 600; cursor: pointer;
    }
    :focus-visible { outline: 4px solid var(--ink); outline-offset: -2px; }
    ol { margin: 0; padding: 0.3rem 1.1rem 1.1rem; list-style: none; }
    li { margin-top: 1.1rem; font: 0.875rem/1.5 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
    li div { padding-left: 2ch; text-indent: -2ch; white-space: pre-wrap; overflow-wrap: anywhere; }
    li div.fact { font-weight: 700; }
    li div.line {
      margin: 0.3rem -0.6rem; padding: 0.4rem 0.6rem 0.1rem; border-radius: 0.3rem; overflow: auto;
      background: var(--code); text-indent: 0; white-space: pre;
    }
    mark { background: none; color: var(--sign); font-weight: 700; }
    @media (prefers-color-scheme: dark) {
      dialog { --paper: #1b2428; --ink: #f3eee5; --soft: #c6c4bd; --code: #12181b; --sign: #ffb4a6; }
    }
  `;

  const version = new URL(document.currentScript.src).search.slice(1);
  const news = new URL("watch.json", document.currentScript.src);
  const make = (name, ...children) => {
    const element = document.createElement(name);
    element.append(...children);
    return element;
  };

  const host = make("div");
  const title = make("h2");
  const note = make("p");
  const close = make("button", "Close");
  const list = make("ol");
  const dialog = make("dialog", make("section", make("div", title, note), close), list);
  title.id = "title";
  close.type = "button";
  close.onclick = () => dialog.close();
  dialog.setAttribute("role", "alertdialog");
  dialog.setAttribute("aria-labelledby", "title");
  const style = new CSSStyleSheet();
  style.replaceSync(STYLE);
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [style];
  root.append(dialog);
  document.body.append(host);

  // The words of `helper check`, in its lines: the fact, mostly the line with its mark below it, mostly a help. Facts
  // and help may break; the line and its mark scroll together.
  const tell = (text) => {
    const [fact, ...rest] = text.split("\n");
    const parts = [make("div", fact)];
    parts[0].className = "fact";
    if (/^ *\d+ \| /.test(rest[0])) {
      const [line, under] = rest.splice(0, 2);
      const [, indent, mark] = under.match(/^([^^]*)(\^+)$/);
      parts.push(make("div", `${line}\n${indent}`, make("mark", mark)));
      parts[1].className = "line";
      parts[1].tabIndex = 0;
    }
    return make("li", ...parts, ...rest.map((help) => make("div", help)));
  };

  const show = (problems) => {
    if (!problems.length) return dialog.close();
    title.textContent = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    note.textContent = version ? "The page below is the last good one." : "There is no good page yet.";
    list.replaceChildren(...problems.map(tell));
    if (!dialog.open) dialog.showModal();
    for (const mark of list.querySelectorAll("mark")) {
      const line = mark.parentElement;
      line.scrollLeft = mark.offsetLeft + mark.offsetWidth - line.offsetLeft - line.clientWidth * 0.7;
    }
    dialog.scrollTop = 0;
  };

  // A reload puts the focus on the heading, and would begin at the top.
  const reload = () => {
    history.replaceState({ ...history.state, scroll: scrollY }, "");
    location.reload();
  };
  addEventListener("load", () => {
    const { scroll, ...state } = history.state ?? {};
    if (scroll === undefined) return;
    history.replaceState(state, "");
    requestAnimationFrame(() => scrollTo(0, scroll));
  });

  let newest = version;
  let asking = false;
  const ask = async () => {
    if (asking || window.leaving) return;
    asking = true;
    try {
      const answer = await fetch(news, { cache: "no-store" });
      const told = answer.ok ? await answer.json() : { version: null };
      // A server without this address serves other pages now.
      if (told.version !== version) return reload();
      if (told.newest !== newest) show(told.problems);
      newest = told.newest;
    } catch {
      // The server has ended, or will answer next time.
    } finally {
      asking = false;
    }
  };
  ask();
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
})();
