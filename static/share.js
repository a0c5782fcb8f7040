// Copies the link, opens the phone's own share sheet, prints the handout, and empties its line for who comes next.
"use strict";

(() => {
  if (!window.guideStep) return;

  const page = document.querySelector(".share-page");
  const own = page.querySelector("textarea");
  const large = page.querySelector(".large-print input");
  const address = document.getElementById("address").textContent;
  // More would not fit on the page.
  const MOST_LINES = 3;

  const copy = async (button) => {
    const from = document.getElementById(button.dataset.from);
    const told = button.closest(".ways").nextElementSibling;
    told.textContent = "";
    try {
      await navigator.clipboard.writeText(from.textContent);
      told.textContent = told.dataset.text;
    } catch {
      // Inside a frame, a browser may not let a page copy.
      getSelection().selectAllChildren(from);
    }
  };

  const empty = () => {
    own.value = "";
    large.checked = false;
  };

  for (const button of page.querySelectorAll(".copy")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", () => copy(button));
  }
  const send = page.querySelector(".send");
  send.hidden = !navigator.share;
  send.addEventListener("click", () => navigator.share({ title: send.dataset.title, url: address }).catch(() => {}));

  own.addEventListener("input", () => {
    const lines = own.value.split("\n");
    if (lines.length <= MOST_LINES) return;
    own.value = [...lines.slice(0, MOST_LINES - 1), lines.slice(MOST_LINES - 1).join(" ")].join("\n");
  });
  page.querySelector(".print").addEventListener("click", () => print());
  page.querySelector(".by-hand").hidden = true;
  addEventListener("pagehide", empty);
  addEventListener("pageshow", (event) => { if (event.persisted) empty(); });
})();
