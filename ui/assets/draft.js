// A sentence of a checked text leads to what was found of it.
() => {
  document.addEventListener("click", (event) => {
    const sentence = event.target.closest("[data-finding]");
    if (!sentence) return;
    event.preventDefault(); // the address keeps the open conversation
    const finding = document.getElementById(`finding-${sentence.dataset.finding}`);
    finding?.scrollIntoView({ block: "center" });
    finding?.focus({ preventScroll: true });
  });
}
