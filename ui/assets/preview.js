// Hover or keyboard focus on a marker shows the words that it stands on, before one opens it.
() => {
  const GAP = 6;
  const LEAVING_MS = 200; // to move from the marker into what it shows

  const preview = document.createElement("div");
  preview.id = "preview";
  preview.setAttribute("role", "tooltip");
  preview.hidden = true;
  document.body.append(preview);
  let shownFor = null;
  let leaving = null;

  const part = (kind, text) => {
    const element = document.createElement("p");
    element.className = kind;
    element.textContent = text;
    return element;
  };
  const place = (marker) => {
    const { left, top, bottom } = marker.getBoundingClientRect();
    const room = document.documentElement;
    const fits = bottom + GAP + preview.offsetHeight < room.clientHeight;
    const widest = room.clientWidth - preview.offsetWidth - GAP;
    preview.style.left = `${Math.max(GAP, Math.min(left, widest))}px`;
    preview.style.top = `${fits ? bottom + GAP : Math.max(GAP, top - GAP - preview.offsetHeight)}px`;
  };
  const hide = () => {
    clearTimeout(leaving);
    preview.hidden = true;
    shownFor?.removeAttribute("aria-describedby");
    shownFor = null;
  };
  const show = (marker) => {
    clearTimeout(leaving);
    if (marker === shownFor) return;
    hide();
    const { quote, title, check } = marker.dataset;
    const parts = [part("said", `“${quote}”`), part("from", title)];
    if (check) parts.push(part("check", check));
    preview.replaceChildren(...parts);
    preview.hidden = false;
    marker.setAttribute("aria-describedby", preview.id);
    shownFor = marker;
    place(marker);
  };
  const leave = () => {
    clearTimeout(leaving);
    leaving = setTimeout(hide, LEAVING_MS);
  };

  const markerOf = (event) => event.target.closest?.("a.marker[data-quote]");
  const canHover = matchMedia("(hover: hover)");
  document.addEventListener("mouseover", (event) => {
    const marker = markerOf(event);
    if (marker && canHover.matches) show(marker);
    else if (event.target.closest?.("#preview")) clearTimeout(leaving);
    else if (shownFor && document.activeElement !== shownFor) leave();
  });
  document.addEventListener("focusin", (event) => {
    const marker = markerOf(event);
    if (marker?.matches(":focus-visible")) show(marker);
    else hide();
  });
  document.addEventListener("focusout", leave);
  document.addEventListener("click", hide);
  document.addEventListener("scroll", hide, { capture: true, passive: true });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
}
