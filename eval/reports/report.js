// Filters the cases of a report, and opens the one that a link names. Without it all are shown.
(() => {
  "use strict";
  const cases = [...document.querySelectorAll(".case")];
  const field = (id) => document.getElementById(id);
  const kind = field("kind"), flawed = field("flawed"), moved = field("moved");
  const search = field("search"), shown = field("shown");
  const words = new Map();

  const textOf = (row) => {
    if (!words.has(row)) words.set(row, row.textContent.toLowerCase());
    return words.get(row);
  };

  const filter = () => {
    const sought = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of cases) {
      const fits =
        (!kind.value || row.dataset.kind === kind.value) &&
        (!flawed.checked || row.dataset.flawed === "true") &&
        (!moved.checked || row.dataset.moved === "true") &&
        sought.every((word) => textOf(row).includes(word));
      row.hidden = !fits;
      count += fits;
    }
    shown.textContent = count === cases.length ? `${count} cases` : `${count} of ${cases.length} cases`;
  };

  const openNamed = () => {
    const row = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!row || row.tagName !== "DETAILS") return;
    row.hidden = false;
    row.open = true;
    row.scrollIntoView();
  };

  document.documentElement.classList.add("scripted");
  if (kind) {
    moved.parentElement.hidden = !cases.some((row) => row.dataset.moved === "true");
    for (const each of [kind, flawed, moved, search]) each.addEventListener("input", filter);
    filter();
  }
  window.addEventListener("hashchange", openNamed);
  openNamed();
})();
