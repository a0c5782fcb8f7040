// Leaves the page at once: blanks it, clears the walk from the tab's history, and opens another website.
"use strict";

(() => {
  if (window.leavePage) return;

  const link = () => document.querySelector("a.exit");

  // How many entries of the walk lie before the one that is shown.
  const before = () => {
    const n = history.state?.walk?.n;
    const most = window.navigation?.currentEntry?.index ?? history.length - 1;
    return Number.isInteger(n) ? Math.min(n, most) : 0;
  };

  // Whether it led anywhere.
  const hop = (by) => new Promise((resolve) => {
    const end = (moved) => {
      clearTimeout(late);
      removeEventListener("popstate", arrive);
      resolve(moved);
    };
    const arrive = () => end(true);
    const late = setTimeout(end, 150, false);
    addEventListener("popstate", arrive);
    history.go(by);
  });

  // Goes back to the first entry of the walk. In a tab that was closed and opened again the browser may have dropped the
  // first ones, and a hop too far leads nowhere: half as far is tried then.
  window.toFirstEntry = async () => {
    let by = before();
    while (by > 0) by = await hop(-by) ? before() : by >> 1;
  };

  // After the last hop the entry where the walk began is the other website, and Forward holds no step.
  window.leavePage = async () => {
    if (window.leaving) return;
    window.leaving = true;
    const away = link().href;
    const start = document.querySelector("a.start-over").href;
    // The page that shows the guide in a frame leaves with it, where the frame may take it along.
    const go = () => {
      const alone = () => location.replace(away);
      try {
        top.location.replace(away);
        if (top !== window) setTimeout(alone, 1000);
      } catch {
        alone();
      }
    };
    document.documentElement.classList.add("left");
    document.title = " ";
    document.querySelectorAll("input, textarea").forEach((field) => { field.value = ""; });
    setTimeout(go, 1000);
    await window.toFirstEntry();
    history.replaceState(null, "", start);
    history.pushState(null, "", start);
    await hop(-1);
    go();
  };

  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("a.exit")) return;
    event.preventDefault();
    window.leavePage();
  }, true);

  // Three presses within five seconds of each other. Shift with another key, with the mouse or in a text is no press.
  let presses = 0;
  let timer;
  let alone = false;
  // The keys that are down. While the command key of a Mac is, the others don't tell when they come up; and its caps lock
  // tells that only when it is turned off.
  const down = new Set();
  const tell = () => {
    const told = document.getElementById("presses");
    if (told) told.textContent = [told.dataset.one, told.dataset.two][presses - 1] ?? "";
  };
  const isText = ({ target }) => target.isContentEditable || target.matches?.("textarea, select, input:not([type=checkbox])");
  document.addEventListener("keydown", (event) => {
    if (event.repeat) return;
    if (event.metaKey) down.clear();
    else if (event.key !== "CapsLock") down.add(event.code);
    alone = event.key === "Shift" && down.size === 1 && !isText(event);
  }, true);
  for (const type of ["pointerdown", "wheel", "blur"]) {
    addEventListener(type, () => {
      alone = false;
      down.clear();
    }, { capture: true, passive: true });
  }
  document.addEventListener("keyup", (event) => {
    down.delete(event.code);
    if (event.key !== "Shift" || !alone) return;
    clearTimeout(timer);
    presses += 1;
    timer = setTimeout(() => {
      presses = 0;
      tell();
    }, 5000);
    if (presses === 3) window.leavePage();
    else tell();
  }, true);

  addEventListener("pageshow", (event) => {
    if (event.persisted && window.leaving) location.reload();
  });
})();
