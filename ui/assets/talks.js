// The Conversations tab: renames in place, asks the server for what else its buttons say, keeps
// the files that it exports, moves the focus on, and prints a conversation from the Ask tab.
() => {
  const TO_PRINT = "paper-assistant.print";
  const MOST_CHARACTERS = 200;

  const rowOf = (id) => document.querySelector(`[data-talk="${CSS.escape(id)}"]`);
  const buttonOf = (id, act) => rowOf(id)?.querySelector(`[data-talk-act="${act}"]`);
  const openTurn = () => document.querySelector("#latest [data-conversation]");
  const openId = () => openTurn()?.dataset.conversation;

  // What to do once the list is there that an act has led to.
  let next = null;
  const send = (request, then) => {
    next = then;
    const act = document.getElementById("talks-act");
    act.dataset.request = JSON.stringify(request);
    act.click();
  };

  // A name is typed where it stands: Enter saves it, Escape leaves it.
  const labelled = (label) => {
    const button = document.createElement("button");
    button.className = "act";
    button.textContent = label;
    return button;
  };
  const rename = (id, row) => {
    const link = row.querySelector(".talk-name");
    if (link.hidden) return;
    const form = document.createElement("form");
    const field = document.createElement("input");
    const [save, leave] = [labelled("Save"), labelled("Cancel")];
    form.className = "talk-rename";
    leave.type = "button";
    field.value = link.textContent;
    field.maxLength = MOST_CHARACTERS;
    field.setAttribute("aria-label", "Name of the conversation; empty for its first question");
    form.append(field, save, leave);
    const close = () => {
      form.remove();
      link.hidden = false;
      buttonOf(id, "rename").focus();
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const isDone = () => !form.isConnected;
      send({ do: "rename", id, name: field.value }, () => isDone() && (buttonOf(id, "rename") ?? search()));
    });
    leave.addEventListener("click", close);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
    });
    link.hidden = true;
    link.after(form);
    field.select();
  };
  const search = () => document.querySelector("#talks-search :is(input, textarea)");

  const remove = (id) => {
    send({ do: "delete", id }, () => {
      const undo = document.querySelector(`[data-undo="${CSS.escape(id)}"]`);
      const isBusy = document.querySelector('.turn[aria-busy="true"]');
      if (undo && openId() === id && !isBusy) document.getElementById("fresh").click(); // nothing deleted stays in view
      return undo;
    });
  };
  const undo = (button) => {
    const id = button.dataset.undo;
    send({ do: "undo", id }, () => !button.isConnected && (rowOf(id)?.querySelector(".talk-name") ?? search()));
  };
  const turnTo = (button) => {
    const page = button.dataset.to;
    send({ do: "page", page }, () => document.querySelector(`.talk-pages[data-page="${page}"]`)
      && document.querySelector(".talk-name"));
  };

  document.addEventListener("talk-saved", (event) => {
    const { name, text } = JSON.parse(event.detail);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });

  // Printing opens the conversation first, which loads the page anew: a note of this tab says so.
  const showAsk = () => document.querySelector("#tabs button[role='tab']").click();
  const open = (id) => {
    if (openId() === id) showAsk();
    else location.hash = `#conversation=${encodeURIComponent(id)}`;
  };
  const print = (id, row) => {
    sessionStorage.setItem(TO_PRINT, JSON.stringify([id, row.querySelector(".talk-name").textContent]));
    open(id);
    printWhenOpen();
  };
  if (!location.hash.startsWith("#conversation=")) sessionStorage.removeItem(TO_PRINT);
  const printWhenOpen = () => {
    const [id, name] = JSON.parse(sessionStorage.getItem(TO_PRINT) ?? "[]");
    if (!id || openId() !== id || !openTurn().checkVisibility()) return;
    sessionStorage.removeItem(TO_PRINT);
    const title = document.title;
    setTimeout(() => { // by then the earlier turns stand there as well
      document.title = name; // which a PDF is called by
      window.print();
      document.title = title;
    }, 100);
  };

  // Paper is never dark.
  let wasDark = false;
  window.addEventListener("beforeprint", () => {
    wasDark = document.body.classList.contains("dark");
    document.body.classList.remove("dark");
  });
  window.addEventListener("afterprint", () => document.body.classList.toggle("dark", wasDark));

  document.addEventListener("click", (event) => {
    const link = event.target.closest(".talk-name");
    if (link?.getAttribute("href") === location.hash) {
      event.preventDefault(); // it is open already
      showAsk();
    }
    const button = event.target.closest("[data-talk-act]");
    if (!button) return;
    const act = button.dataset.talkAct;
    const row = button.closest("[data-talk]");
    const id = row?.dataset.talk;
    const acts = {
      rename: () => rename(id, row),
      delete: () => remove(id),
      print: () => print(id, row),
      undo: () => undo(button),
      page: () => turnTo(button),
    };
    (acts[act] ?? (() => send({ do: act, id }, null)))();
  });

  const tellTimesHere = () => {
    document.querySelectorAll("#talks-list time:not([data-told])").forEach((time) => {
      time.dataset.told = "here";
      time.textContent = new Date(time.dateTime).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
    });
  };
  new MutationObserver(() => {
    tellTimesHere();
    printWhenOpen();
    const goal = next?.();
    if (!goal) return;
    next = null;
    goal.focus();
  }).observe(document.body, { childList: true, subtree: true });
}
