// The buttons under a turn: ask again or what comes next, edit, copy, search fewer papers.
() => {
  const SAID_FOR_MS = 2000;

  const type = (field, text) => {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const questionBox = () => document.querySelector("#question textarea");
  const questionOf = (button) => button.closest(".turn").querySelector(".question").textContent;

  const propose = (question) => {
    const box = questionBox();
    type(box, question);
    box.focus();
    box.select();
  };
  const ask = (question) => {
    const isBusy = document.querySelector('.turn[aria-busy="true"]');
    propose(question); // while another answer is written, it waits in the box
    if (!isBusy) requestAnimationFrame(() => document.getElementById("ask").click());
  };
  const edit = (button) => propose(questionOf(button));
  const askAgain = (button) => ask(questionOf(button));
  const narrow = (button) => {
    const field = document.querySelector("#filter-paper input");
    type(field, button.dataset.papers);
    field.dispatchEvent(new Event("blur")); // as who leaves a field: its line is told anew
    edit(button);
  };

  // The clipboard of the browser is for pages from this machine or over TLS; others select and copy.
  const copyText = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    if (!copied) throw new Error("the browser refused");
  };
  const copy = async (button) => {
    const said = button.textContent;
    const tell = (word) => {
      button.textContent = word;
      document.getElementById("spoken").textContent = `${word}: ${said}`;
      setTimeout(() => { button.textContent = said; }, SAID_FOR_MS);
    };
    if (button.classList.contains("told")) return;
    button.classList.add("told");
    setTimeout(() => button.classList.remove("told"), SAID_FOR_MS);
    try {
      await copyText(button.nextElementSibling.textContent);
      tell("Copied");
    } catch {
      tell("Not copied");
    }
  };

  const askNext = (button) => ask(button.textContent);

  const compare = () => document.getElementById("compare").click();

  const acts = { edit, again: askAgain, ask: askNext, table: compare, narrow, copy };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button) acts[button.dataset.act]?.(button);
  });
}
