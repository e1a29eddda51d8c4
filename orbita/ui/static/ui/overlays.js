// Things over the page: modals and drawers (data-modal).
(() => {
  "use strict";
  const ui = window.ui;

  // ---- Modals: the page of a link or the answer to a form, in a dialog or a drawer.
  const host = document.getElementById("modal");
  const content = document.getElementById("modal-content");
  const modal = () => window.tabler.bootstrap.Modal.getOrCreateInstance(host);
  let opener = null;
  let isDone = false;

  const load = (verb, url, style, values) => {
    opener = document.activeElement;
    isDone = false;
    host.classList.toggle("modal-drawer", style === "drawer");
    content.setAttribute("hx-headers", JSON.stringify({ "X-Modal": style }));
    content.dataset.url = url;
    content.replaceChildren(ui.pattern("modal-loading"));
    modal().show();
    htmx.ajax(verb, url, {
      source: content, target: content, swap: "innerHTML", headers: { "X-Modal": style }, values,
    });
  };
  ui.openModal = (url, style = "dialog") => load("GET", url, style);

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-modal]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    load("GET", link.href, link.dataset.modal || "dialog");
  });
  // Before the form hears of it: htmx would send it a second time, and the later answer wins.
  const send = (event) => {
    const button = event.submitter;
    if (!button?.matches("button[data-modal]")) return;
    event.preventDefault();
    event.stopPropagation();
    const values = new FormData(event.target, button);
    load("POST", button.formAction, button.dataset.modal || "dialog", values);
  };
  document.addEventListener("submit", send, { capture: true });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#modal-content [data-cancel]")) return;
    event.preventDefault();
    isDone = true; // who cancels knows that the input goes
    modal().hide();
  });

  // Plain forms inside the modal stay inside it.
  ui.attach("#modal-content form", (form) => {
    const isWired = ["hx-post", "hx-get", "data-hx-post", "data-hx-get"].some((name) => form.hasAttribute(name));
    if (isWired || form.hasAttribute("data-full-page")) return;
    const verb = (form.getAttribute("method") ?? "get").toLowerCase();
    form.setAttribute(`hx-${verb}`, form.getAttribute("action") || content.dataset.url);
    form.setAttribute("hx-target", "#modal-content");
    form.setAttribute("hx-swap", "innerHTML");
    htmx.process(form);
  });
  content.addEventListener("htmx:afterSettle", (event) => {
    if (event.target !== content) return;
    const first = content.querySelector(
      "[data-error-summary], [autofocus], .modal-body :is(input:not([type=hidden], [tabindex='-1']), select:not(.tomselected), textarea, [contenteditable])",
    );
    (first ?? content.querySelector(".btn-close"))?.focus();
  });
  content.addEventListener("htmx:responseError", () => {
    if (content.querySelector("[aria-busy]")) modal().hide();
  });
  document.addEventListener("modal-done", () => {
    isDone = true;
    modal().hide();
  });
  host.addEventListener("hide.bs.modal", (event) => {
    const hasUnsaved = content.querySelector("form[data-dirty]");
    if (!isDone && hasUnsaved && !window.confirm(ui.text("leave"))) event.preventDefault();
  });
  host.addEventListener("hidden.bs.modal", () => {
    content.replaceChildren();
    if (opener?.isConnected) opener.focus();
  });
})();
