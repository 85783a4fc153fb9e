// Turns the pages of the Library tab's table, orders it and clears its fields, opens and closes
// the page of a paper, and copies its BibTeX. What is chosen is written into a hidden field, whose
// handler shows it.
() => {
  const write = (id, value) => {
    const field = document.querySelector(`#${id} :is(input, textarea)`);
    if (!field) return;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const side = () => document.getElementById("library-side");
  const shown = () => side()?.querySelector("[data-shows]")?.dataset.shows ?? "";
  const openers = (paper) => Array.from(document.querySelectorAll("#library-list [data-paper]"))
    .filter((each) => each.dataset.paper === paper);

  const openPaper = (paper) => {
    if (paper === shown()) side().querySelector(".card-title").focus();
    else write("library-paper-id", paper);
  };
  const closePaper = () => {
    const paper = shown();
    write("library-paper-id", "");
    openers(paper)[0]?.focus({ preventScroll: true });
  };

  const copyEntry = async (button) => {
    const entry = button.closest(".library-entry");
    const told = entry.querySelector(".library-copied");
    try {
      await navigator.clipboard.writeText(entry.querySelector("pre").textContent);
      told.textContent = "Copied";
    } catch { // not allowed: the person copies what is marked
      getSelection().selectAllChildren(entry.querySelector("pre"));
      told.textContent = "Press Ctrl+C to copy";
    }
  };

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(`#library ${selector}`);
    const turn = on(".library-turn");
    if (turn) {
      write("library-place", turn.dataset.place);
      if (turn.closest("nav")) document.getElementById("library").scrollIntoView();
    } else if (on(".library-clear")) {
      write("library-years", "");
      write("library-words", "");
      document.querySelector("#library-words :is(input, textarea)").focus();
    } else if (on("[data-paper]")) {
      openPaper(on("[data-paper]").dataset.paper);
    } else if (on(".library-close")) {
      closePaper();
    } else if (on(".library-copy")) {
      copyEntry(on(".library-copy"));
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.closest("#library") && shown()) closePaper();
  });

  // A paper that arrives is read from its title on; its row is marked, also when the page turns.
  let last = "";
  new MutationObserver(() => {
    const paper = shown();
    for (const each of document.querySelectorAll("#library-list [data-paper]")) {
      each.classList.toggle("open", each.dataset.paper === paper);
    }
    if (paper === last) return;
    last = paper;
    if (!paper) return;
    side().querySelector(".source").scrollTop = 0;
    side().querySelector(".card-title").focus({ preventScroll: true });
  }).observe(document.body, { childList: true, subtree: true });
}
