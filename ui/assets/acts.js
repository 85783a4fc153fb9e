// The buttons under a turn: ask again, edit the question, copy the answer, search fewer papers.
() => {
  const SAID_FOR_MS = 2000;

  const type = (field, text) => {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const questionBox = () => document.querySelector("#question textarea");
  const questionOf = (button) => button.closest(".turn").querySelector(".question").textContent;

  const edit = (button) => {
    const box = questionBox();
    type(box, questionOf(button));
    box.focus();
    box.select();
  };
  const askAgain = (button) => {
    const busy = document.querySelector('.turn[aria-busy="true"]');
    edit(button); // while another answer is written, it waits in the box
    if (!busy) requestAnimationFrame(() => document.getElementById("ask").click());
  };
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

  const acts = { edit, again: askAgain, narrow, copy };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button) acts[button.dataset.act]?.(button);
  });
}
