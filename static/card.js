// Prints the crisis card, fits long words into its boxes, and empties it for who comes next.
"use strict";

(() => {
  if (!window.guideStep) return;

  const paper = document.getElementById("paper");
  const fields = [...document.querySelectorAll(".sheet textarea")];
  const emptied = document.querySelector(".emptied");
  // Points.
  const LARGEST = 10;
  const SMALLEST = 5;

  const empty = () => fields.forEach((field) => { field.value = ""; });

  // A box on paper has the same size always. Words that would be cut off get smaller. To see what is cut off, the card
  // is laid out on the screen as on paper, and before it is drawn again the screen has its own sheet back.
  const fit = () => {
    const top = scrollY;
    paper.media = "all";
    for (const field of fields) {
      let size = LARGEST;
      do field.style.fontSize = `${size}pt`;
      while (field.scrollHeight > field.clientHeight && (size -= 0.5) >= SMALLEST);
    }
    paper.media = "print";
    scrollTo(0, top);
  };
  const unfit = () => fields.forEach((field) => { field.style.fontSize = ""; });

  // More lines than this would not fit at any size.
  const join = ({ target }) => {
    emptied.textContent = "";
    const lines = target.value.split("\n");
    const most = target.rows * 2;
    if (lines.length > most) target.value = [...lines.slice(0, most - 1), lines.slice(most - 1).join(" ")].join("\n");
  };

  fields.forEach((field) => field.addEventListener("input", join));
  addEventListener("beforeprint", fit);
  addEventListener("afterprint", unfit);
  addEventListener("pagehide", empty);
  addEventListener("pageshow", (event) => { if (event.persisted) empty(); });
  document.querySelector(".empty").addEventListener("click", () => {
    empty();
    emptied.textContent = emptied.dataset.text;
    fields[0].focus();
  });
  for (const button of document.querySelectorAll(".print")) button.addEventListener("click", () => print());
  document.querySelector(".by-hand").hidden = true;
})();
