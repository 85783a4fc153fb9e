// Turns the pages of the Library tab's table, orders it and clears its fields: what is chosen is
// written into a hidden field, whose handler shows it.
() => {
  const write = (id, value) => {
    const field = document.querySelector(`#${id} :is(input, textarea)`);
    if (!field) return;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  document.addEventListener("click", (event) => {
    const turn = event.target.closest(".library-turn");
    if (turn) {
      write("library-place", turn.dataset.place);
      if (turn.closest("nav")) document.getElementById("library").scrollIntoView();
    } else if (event.target.closest(".library-clear")) {
      write("library-years", "");
      write("library-words", "");
      document.querySelector("#library-words :is(input, textarea)").focus();
    }
  });
}
