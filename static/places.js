// Finds a place by its name or its two letters, and shows only what fits.
"use strict";

(() => {
  const find = document.querySelector(".find input");
  if (!find) return;
  const told = document.querySelector(".find [role=status]");
  const rows = [...document.querySelectorAll("[data-place]")];
  const sections = [...document.querySelectorAll(".places > section")];
  // Letters without their marks: "Dona Ana" finds what is written with a tilde.
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
  const names = new Map(rows.map((row) => [row, plain(row.querySelector("a").textContent)]));
  const outer = (row) => row.parentElement.closest("[data-place]");

  const look = () => {
    const wanted = plain(find.value);
    const exact = rows.filter((row) => row.dataset.place === wanted);
    const fits = (row) => ` ${names.get(row)}`.includes(` ${wanted}`);
    // A nation stands by itself and in each of its states.
    const again = (row) => outer(row) && rows.some((one) => !outer(one) && one.dataset.place === row.dataset.place);
    const found = new Set(exact.length ? exact : rows.filter((row) => fits(row) && !(wanted && again(row))));
    for (const row of rows) {
      const inside = [...row.querySelectorAll("[data-place]")];
      row.hidden = !(found.has(row) || inside.some((one) => found.has(one)) || found.has(outer(row)));
    }
    for (const section of sections) section.hidden = !rows.some((row) => !row.hidden && section.contains(row));
    document.querySelector(".letters").hidden = Boolean(wanted);
    told.textContent = found.size ? "" : told.dataset.none;
    if (!found.size) for (const one of [...rows, ...sections]) one.hidden = false;
    return [...found];
  };
  find.addEventListener("input", look);
  find.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const [first, ...others] = look();
    if (first && !others.length) first.querySelector("a").click();
    else first?.querySelector("a").focus();
  });
  // Browsers would keep what was typed in the files of the tab.
  addEventListener("pagehide", () => {
    find.value = "";
    look();
  });
})();
