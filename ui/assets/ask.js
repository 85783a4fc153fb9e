// Opens source cards beside the answer and the filter fields, keeps the latest question or remark
// in view, and keeps the id of the open conversation in the page's address.
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
    if (isSheet()) uncover(link);
  };

  // On a small screen the panel is a sheet over the lower part of the page.
  const isSheet = () => getComputedStyle(panel()).position === "fixed";

  // What was tapped stays in view above the sheet, with a few lines around it.
  const uncover = (link) => {
    const room = panel().getBoundingClientRect().top;
    const { top, bottom } = link.getBoundingClientRect();
    if (top < 0 || bottom > room - 24) window.scrollBy({ top: (top + bottom - room) / 2 });
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
    } else if (panel() && isSheet() && !panel().contains(event.target)) {
      closePanel({ goBack: false });
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closePanel({ goBack: true });
  });

  // A reload, a bookmark or a restored tab finds the conversation by the page's address.
  let conversation = "";
  const keepAddress = () => {
    const open = document.querySelector("#latest [data-conversation]")?.dataset.conversation ?? "";
    if (open === conversation) return;
    conversation = open;
    const bare = location.pathname + location.search;
    history.replaceState(history.state, "", open ? `#conversation=${open}` : bare);
  };
  window.addEventListener("hashchange", () => {
    if (location.hash.startsWith("#conversation=")) location.reload();
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
  // A remark stands below a turn that fills the view: it is no use unseen.
  let remark = null;
  const showRemark = () => {
    const latest = Array.from(document.querySelectorAll("#latest .note")).at(-1);
    const shown = latest?.closest(".turn") ? null : latest;
    if (shown && shown !== remark) shown.scrollIntoView({ block: "center" });
    remark = shown;
  };

  // The line above the filter fields opens and closes them; ask.css goes by what it says.
  const isOpen = "aria-expanded";
  const filterLine = () => document.getElementById("filter-line");
  const discloseFilters = () => {
    if (filterLine()?.hasAttribute(isOpen) === false) filterLine().setAttribute(isOpen, "false");
  };
  document.addEventListener("click", (event) => {
    if (filterLine()?.contains(event.target)) {
      filterLine().setAttribute(isOpen, String(filterLine().getAttribute(isOpen) !== "true"));
    } else if (event.target.closest(".filter-clear")) {
      const fields = Array.from(document.querySelectorAll("#filter-fields input"));
      for (const field of fields) {
        field.value = "";
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
      fields[0].dispatchEvent(new Event("blur")); // as who leaves a field: its line is told anew
    }
  });

  const watcher = new MutationObserver(() => {
    keepAddress();
    follow();
    showRemark();
    discloseFilters();
  });
  watcher.observe(document.body, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["data-turn", "data-conversation"],
  });
}
