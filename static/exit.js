// Leaves the page at once: blanks it, clears the walk from the tab's history, and opens another website.
"use strict";

(() => {
  if (window.leavePage) return;

  const link = () => document.querySelector("a.exit");

  // After the last hop the entry where the walk began is the other website, and Forward holds no step.
  window.leavePage = () => {
    if (window.leaving) return;
    window.leaving = true;
    const away = link().href;
    const start = document.querySelector("a.start-over").href;
    const go = () => top.location.replace(away); // the page that shows the guide in a frame leaves with it
    document.documentElement.classList.add("left");
    document.title = " ";
    document.querySelectorAll("input, textarea").forEach((field) => { field.value = ""; });
    setTimeout(go, 500);
    const then = (next, by) => {
      addEventListener("popstate", next, { once: true });
      history.go(by);
    };
    const clear = () => {
      const depth = history.state?.walk?.n ?? 0;
      if (depth > 0) return then(clear, -depth);
      history.replaceState(null, "", start);
      history.pushState(null, "", start);
      then(go, -1);
    };
    clear();
  };

  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("a.exit")) return;
    event.preventDefault();
    window.leavePage();
  }, true);

  // Three presses within five seconds of each other. Shift with another key is typing, not a press.
  let presses = 0;
  let timer;
  let alone = false;
  document.addEventListener("keydown", (event) => { alone = event.key === "Shift"; });
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !alone) return;
    clearTimeout(timer);
    presses += 1;
    timer = setTimeout(() => { presses = 0; }, 5000);
    if (presses === 3) window.leavePage();
  });

  addEventListener("pageshow", (event) => {
    if (event.persisted && window.leaving) location.reload();
  });
})();
