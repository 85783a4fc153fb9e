// Opens source cards beside the answer, and keeps the latest question in view.
() => {
  let opener = null;
  let hint = null;

  const panel = () => document.getElementById("source");
  const name = (text) => { document.getElementById("source-name").textContent = text; };
  const mark = (card) => {
    document.querySelectorAll("[data-card].open").forEach((link) => link.classList.remove("open"));
    document.querySelectorAll(`[data-card="${card}"]`).forEach((link) => link.classList.add("open"));
  };

  const openCard = (link) => {
    const card = document.getElementById(link.dataset.card);
    const body = document.getElementById("source-body");
    if (!card || !body) return;
    const shown = card.cloneNode(true);
    shown.removeAttribute("id");
    shown.dataset.shows = card.id;
    hint ??= Array.from(body.childNodes);
    body.replaceChildren(shown);
    name(shown.querySelector(".card-kicker").textContent);
    panel().classList.add("open");
    opener = link;
    mark(card.id);
    shown.querySelector(".card-title").focus({ preventScroll: true });
    showQuotation(shown.querySelector("mark.quoted"));
  };

  // The title stays in view where it can: scroll only to a quotation that lies below the fold.
  const showQuotation = (quoted) => {
    const height = panel().clientHeight;
    const below = quoted && quoted.offsetTop + quoted.offsetHeight > height;
    panel().scrollTop = below ? quoted.offsetTop - height / 3 : 0;
  };

  const closePanel = ({ goBack }) => {
    if (!panel()?.classList.contains("open")) return;
    panel().classList.remove("open");
    document.getElementById("source-body").replaceChildren(...hint);
    name("Sources");
    mark("");
    if (goBack && opener?.isConnected) opener.focus({ preventScroll: true });
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-card]");
    if (link) {
      event.preventDefault();
      openCard(link);
    } else if (event.target.closest(".source-close")) {
      closePanel({ goBack: true });
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closePanel({ goBack: true });
  });

  // A new question closes the old answer's source, and moves to the top of the view.
  let latestTurn = "";
  const follow = () => {
    const turn = document.querySelector("#latest .turn");
    const number = turn?.dataset.turn ?? "";
    if (number === latestTurn) return;
    latestTurn = number;
    closePanel({ goBack: false });
    if (turn) requestAnimationFrame(() => turn.querySelector(".question").scrollIntoView());
  };
  new MutationObserver(follow).observe(document.body, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["data-turn"],
  });
}
