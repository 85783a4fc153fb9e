// Tells screen readers how far the latest turn has come, and then the answer: once, not each
// time that the page is written anew.
() => {
  const spoken = () => document.getElementById("spoken");
  const textOf = (element) => element.textContent.trim().replace(/\s+/g, " ");
  const toSay = () => {
    const remark = document.querySelector("#latest .note:not(.turn .note)");
    const turn = document.querySelector("#latest .turn");
    const said = remark ? [remark] : turn?.querySelectorAll(".stage, .error, .note, .caveat, .refusal, .answer") ?? [];
    const isBusy = !remark && turn?.getAttribute("aria-busy") === "true";
    const told = Array.from(said).filter((part) => !isBusy || part.matches(".stage"));
    return told.map(textOf).join(" ");
  };
  let last = "";
  new MutationObserver(() => {
    const text = toSay();
    if (text === last || !spoken()) return;
    last = text;
    spoken().textContent = text;
  }).observe(document.body, { childList: true, subtree: true });
}
