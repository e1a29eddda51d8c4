// Hover cards: what hangs on data-card shows a preview of the record behind the link, after 300 ms
// of rest or focus, or at the first tap. Without a value the address is the link's own and "card/".
(() => {
  "use strict";
  const ui = window.ui;
  const card = document.getElementById("hover-card");
  const DELAY = 300;
  const GRACE = 200; // to move the pointer from the link into the card
  const KEPT = 60000;
  const MOST = 100;
  const known = new Map();
  let anchor = null; // whose card is shown, or was asked for
  let request = null;
  let isTouch = false;
  let dismissed = null; // closed by Esc while the pointer rests on it
  let opening = 0;
  let closing = 0;

  const linkAt = (target) => {
    const link = target.closest?.("[data-card]");
    return link && !card.contains(link) ? link : null;
  };
  const addressOf = (link) => link.dataset.card || `${new URL(link.href).pathname}card/`;

  // ---- Reading: one request at a time, an answer is good for a minute or until something is saved.
  const ask = async (address, signal) => {
    const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal });
    const isCard = !answer.redirected || answer.url.endsWith("/card/"); // of a merged record; else the log-in
    return answer.ok && isCard ? answer.text() : "";
  };
  const read = async (link) => {
    const address = addressOf(link);
    const kept = known.get(address);
    if (kept && Date.now() - kept.at < KEPT) return kept.html;
    request = new AbortController();
    const html = await ask(address, request.signal);
    known.delete(address);
    known.set(address, { at: Date.now(), html });
    if (known.size > MOST) known.delete(known.keys().next().value);
    return html;
  };
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.requestConfig?.verb !== "get") known.clear();
  });
  document.addEventListener("record-changed", () => known.clear());

  // ---- Showing.
  const rest = () => {
    clearTimeout(opening);
    clearTimeout(closing);
  };
  const close = () => {
    request?.abort();
    request = null;
    anchor?.removeAttribute("aria-describedby");
    anchor = null;
    card.hidden = true;
  };
  const hide = () => {
    rest();
    close();
  };
  const place = () => {
    const at = anchor.getBoundingClientRect();
    const right = window.innerWidth - card.offsetWidth - 12;
    const isBelow = at.bottom + 6 + card.offsetHeight < window.innerHeight;
    const top = isBelow ? at.bottom + 6 : at.top - card.offsetHeight - 6;
    card.style.left = `${Math.max(12, Math.min(at.left, right))}px`;
    card.style.top = `${Math.max(8, top)}px`;
  };
  const fill = (content) => {
    card.replaceChildren(content);
    card.hidden = false;
    place();
  };
  const show = async (link, isTapped) => {
    if (anchor === link) return;
    hide();
    anchor = link;
    card.classList.toggle("is-tapped", isTapped);
    if (isTapped) opening = setTimeout(() => fill(ui.pattern("modal-loading")), DELAY);
    const html = await read(link).catch(() => "");
    if (anchor !== link) return;
    clearTimeout(opening);
    request = null;
    if (!html || !link.isConnected) {
      card.hidden = true;
      if (!isTapped) anchor = null; // a second tap follows the link
      return;
    }
    const part = document.createElement("template");
    part.innerHTML = html;
    fill(part.content);
    ui.wake(card);
    link.setAttribute("aria-describedby", card.id);
  };
  const plan = (link) => {
    clearTimeout(opening);
    if (link === anchor) clearTimeout(closing);
    else {
      leave();
      opening = setTimeout(show, DELAY, link, false);
    }
  };
  const leave = () => {
    clearTimeout(opening);
    clearTimeout(closing);
    if (card.hidden) hide();
    else closing = setTimeout(close, GRACE);
  };

  // ---- Pointer, focus, tap, Esc.
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const link = linkAt(event.target);
    if (link !== dismissed) dismissed = null;
    if (card.contains(event.target)) rest();
    else if (!link) leave();
    else if (!dismissed) plan(link);
  });
  document.documentElement.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "touch") leave();
  });
  document.addEventListener("focusin", (event) => {
    const link = linkAt(event.target);
    if (link?.matches(":focus-visible") && !ui.isSteppingRows) plan(link);
    else if (!card.contains(event.target)) leave();
  });
  document.addEventListener("pointerdown", (event) => (isTouch = event.pointerType === "touch"), true);
  document.addEventListener("click", (event) => {
    const link = linkAt(event.target);
    if (link && link !== anchor && isTouch && event.detail) {
      event.preventDefault();
      event.stopPropagation(); // the first tap does nothing else
      show(link, true);
    } else if (!card.contains(event.target)) hide();
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const isShown = !card.hidden;
    dismissed = anchor;
    hide();
    if (isShown) event.stopPropagation(); // what lies below stays open
  }, true);

  // ---- What moves or goes away takes its card along.
  document.addEventListener("scroll", (event) => {
    if (!card.hidden && event.target !== card) hide();
  }, { capture: true, passive: true });
  window.addEventListener("resize", () => card.hidden || hide());
  document.addEventListener("htmx:afterSwap", () => anchor?.isConnected === false && hide());
  window.addEventListener("pagehide", hide);
})();
