// The heart of the pages: behaviours that hang on data- attributes, requests, toasts, the shell.
// window.ui is what the other files share: attach, text, pattern, toast, post, isTyping.
(() => {
  "use strict";
  const ui = (window.ui = {});
  const root = document.documentElement;

  // ---- Behaviours: ui.attach(selector, start) runs once for every element, also after a swap.
  const behaviours = [];
  ui.attach = (selector, start) => behaviours.push({ selector, start, seen: new WeakSet() });
  const wake = (part) => {
    for (const { selector, start, seen } of behaviours) {
      const found = [...part.querySelectorAll(selector)];
      if (part.matches?.(selector)) found.unshift(part);
      for (const element of found) {
        if (seen.has(element)) continue;
        seen.add(element);
        start(element);
      }
    }
  };
  htmx.onLoad(wake);
  ui.wake = (part) => {
    htmx.process(part);
    wake(part);
  };

  // ---- Texts and patterns come from the page, so that they are translated.
  const inTemplate = (id, selector) => document.getElementById(id)?.content.querySelector(selector);
  ui.text = (key) => inTemplate("ui-texts", `[data-key="${key}"]`)?.textContent ?? "";
  ui.pattern = (name) => {
    const node = inTemplate("ui-patterns", `[data-pattern="${name}"]`).cloneNode(true);
    node.removeAttribute("data-pattern");
    return node;
  };
  ui.isTyping = (target) =>
    target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
      ? !/^(checkbox|radio|button|submit)$/.test(target.type ?? "")
      : false;
  ui.escape = (text) => {
    const holder = document.createElement("span");
    holder.textContent = text ?? "";
    return holder.innerHTML.replaceAll('"', "&quot;");
  };
  ui.remember = (storage, key, value) => {
    try {
      if (value === null) storage.removeItem(key);
      else storage.setItem(key, value);
    } catch {
      /* Storage may be full or forbidden; nothing depends on it. */
    }
  };
  ui.recall = (storage, key) => {
    try {
      return storage.getItem(key);
    } catch {
      return null;
    }
  };

  // ---- Requests.
  const csrfToken = () => {
    const cookie = document.cookie.match(/(?:^|; )(?:__Host-csrf|csrftoken)=([^;]+)/);
    return cookie?.[1] ?? document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  };
  ui.post = (url, values = {}) => {
    const body = values instanceof FormData ? values : new URLSearchParams(values);
    return fetch(url, { method: "POST", body, headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" } });
  };
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrfToken();
  });
  const failures = { 401: "logged_out", 403: "forbidden", 404: "gone", 410: "gone", 429: "slow_down" };
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.getResponseHeader("HX-Trigger")?.includes("toast")) return; // says it itself
    ui.toast({ text: ui.text(failures[event.detail.xhr.status] ?? "failed"), level: "error" });
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, () => ui.toast({ text: ui.text("offline"), level: "error" }));
  }
  // A whole document instead of a part is the log-in page: leave what was typed where it is.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target } = event.detail;
    if (target === document.body || !/^\s*<!doctype/i.test(xhr.responseText)) return;
    event.detail.shouldSwap = false;
    ui.toast({ text: ui.text("logged_out"), level: "error" });
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    event.target.removeAttribute?.("aria-busy");
    if (event.target.id === "main" && !document.activeElement?.closest("#main")) {
      event.target.focus({ preventScroll: true });
    }
  });

  // ---- Toasts: ui.toast({text, undo_url, open_url, open_label, level}) or the event "toast" from HX-Trigger.
  const leaveSoon = (note, seconds) => {
    let timer = setTimeout(() => note.remove(), seconds * 1000);
    const stay = () => clearTimeout(timer);
    const go = () => {
      stay();
      timer = setTimeout(() => note.remove(), seconds * 500);
    };
    note.addEventListener("mouseenter", stay);
    note.addEventListener("focusin", stay);
    note.addEventListener("mouseleave", go);
    note.addEventListener("focusout", go);
  };
  const dress = (note, undoUrl, openUrl = "", openLabel = "") => {
    if (undoUrl?.startsWith("/")) {
      const undo = ui.pattern("toast-undo");
      undo.addEventListener("click", () => {
        note.remove();
        htmx.ajax("POST", undoUrl, { swap: "none", source: document.body });
      });
      note.append(undo);
    }
    if (openUrl.startsWith("/")) {
      const opener = Object.assign(ui.pattern("toast-open"), { href: openUrl, textContent: openLabel });
      opener.addEventListener("click", () => setTimeout(() => note.remove()));
      note.append(opener);
    }
    const close = ui.pattern("toast-close");
    close.addEventListener("click", () => note.remove());
    note.append(close);
    leaveSoon(note, openUrl ? 30 : undoUrl ? 12 : note.classList.contains("toast-error") ? 12 : 5);
  };
  ui.toast = ({ text, undo_url: undoUrl = "", open_url: openUrl = "", open_label: openLabel = "", level = "success" }) => {
    if (!text) return;
    const note = ui.pattern(level === "error" ? "toast-error" : "toast");
    note.classList.add(`toast-${level}`);
    note.querySelector(".toast-text").textContent = text;
    dress(note, undoUrl, openUrl, openLabel);
    document.getElementById("toasts-live").append(note);
  };
  document.addEventListener("toast", (event) => ui.toast(event.detail));
  ui.attach("[data-toast]", (note) => {
    const [openUrl, ...openLabel] = (note.dataset.open ?? "").split(" ");
    dress(note, note.dataset.undo, openUrl, openLabel.join(" "));
    note.parentElement.append(note);
  });

  // ---- The menu at the side.
  const fold = document.querySelector("[data-side-fold]");
  const showFold = () => fold?.setAttribute("aria-expanded", String(root.dataset.side !== "folded"));
  fold?.addEventListener("click", () => {
    const isFolded = root.dataset.side !== "folded";
    if (isFolded) root.dataset.side = "folded";
    else delete root.dataset.side;
    ui.remember(localStorage, "orbita.side", isFolded ? "folded" : null);
    showFold();
  });
  showFold();
  const opener = document.querySelector("[data-side-open]");
  const openSide = (isOpen) => {
    root.toggleAttribute("data-side-open", isOpen);
    document.querySelector(".side-backdrop")?.toggleAttribute("hidden", !isOpen);
    document.querySelector(".shell-main")?.toggleAttribute("inert", isOpen);
    opener?.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) document.querySelector(".side .side-close").focus();
    else opener?.focus();
  };
  opener?.addEventListener("click", () => openSide(!root.hasAttribute("data-side-open")));
  for (const close of document.querySelectorAll("[data-side-close]")) {
    close.addEventListener("click", () => openSide(false));
  }

  // ---- Search everywhere.
  ui.attach("[data-search]", (form) => {
    const input = form.querySelector("[role=combobox]");
    const list = form.querySelector(".search-results");
    const options = () => [...list.querySelectorAll("[role=option]")];
    // Closed with Escape: answers still on their way do not open it again, until something is typed.
    let isDismissed = false;
    const show = (isOpen) => {
      list.hidden = !isOpen;
      input.setAttribute("aria-expanded", String(isOpen));
      if (!isOpen) input.removeAttribute("aria-activedescendant");
    };
    const choose = (option) => {
      for (const one of options()) one.setAttribute("aria-selected", String(one === option));
      if (!option) return input.removeAttribute("aria-activedescendant");
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    };
    const chosen = () => list.querySelector("[aria-selected=true]");
    const step = (by) => {
      const all = options();
      if (!all.length) return;
      choose(all[(all.indexOf(chosen()) + by + all.length + (by < 0 && !chosen() ? 1 : 0)) % all.length]);
    };
    input.addEventListener("input", () => (isDismissed = false));
    input.addEventListener("focus", () => {
      isDismissed = false;
      if (list.childElementCount) show(true);
      else htmx.trigger(input, "open");
    });
    list.addEventListener("htmx:afterSwap", () => {
      show(document.activeElement === input && !isDismissed);
      if (input.value.trim()) choose(options()[0]);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        show(Boolean(list.childElementCount));
        step(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Enter" && !list.hidden && chosen()) {
        event.preventDefault();
        chosen().click();
      } else if (event.key === "Escape") {
        event.stopPropagation();
        if (list.hidden) return input.blur();
        // What was typed stays: by itself the browser would empty a field of search, which asks again.
        event.preventDefault();
        isDismissed = true;
        show(false);
      }
    });
    form.addEventListener("focusout", (event) => {
      if (!form.contains(event.relatedTarget)) setTimeout(() => show(false), 120);
    });
    list.addEventListener("mousedown", (event) => event.preventDefault());
    form.addEventListener("submit", (event) => {
      if (!input.value.trim()) event.preventDefault();
    });
  });

  // ---- The keyboard. data-shortcut="x" clicks the element.
  const shortcut = (key) => {
    if (key === "/") return document.getElementById("global-search");
    if (key === "?") return document.querySelector('[data-bs-target="#shortcuts"]');
    return document.querySelector(`[data-shortcut="${CSS.escape(key === "+" ? "c" : key)}"]`);
  };
  const use = (element, event) => {
    if (!element) return;
    event.preventDefault();
    if (element.matches("input")) {
      element.focus();
      element.select();
    } else element.click();
    if (element.dataset.bsToggle === "dropdown") element.nextElementSibling.querySelector(".dropdown-item")?.focus();
  };
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      if (!event.target.isContentEditable) use(document.getElementById("global-search"), event);
      return;
    }
    if (event.key === "Escape" && root.hasAttribute("data-side-open")) openSide(false);
    if (event.ctrlKey || event.metaKey || event.altKey || ui.isTyping(event.target)) return;
    if (document.querySelector(".modal.show") || event.key.length > 1) return;
    use(shortcut(event.key), event);
  });

  // ---- Small things.
  const copy = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await copy(button.dataset.copy);
    ui.toast({ text: ui.text("copied") });
  });
  document.addEventListener("change", (event) => event.target.closest("form[data-autosubmit]")?.requestSubmit());
  ui.attach("[data-theme-form]", (form) => {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const theme = event.submitter.value;
      root.dataset.themeChoice = theme;
      for (const one of form.querySelectorAll("button")) one.setAttribute("aria-pressed", String(one.value === theme));
      ui.post(form.action, { theme });
    });
  });
  // Nothing of an account stays in the browser after its user has gone.
  const forget = () => {
    try {
      sessionStorage.clear();
    } catch {
      /* Forbidden storage holds nothing. */
    }
  };
  ui.attach("[data-logout]", (form) => form.addEventListener("submit", forget));
  ui.attach("body.bare", forget);
  // The current tab of a row that is wider than the page comes into sight; the page stays where it is.
  ui.attach(".tabs", (tabs) => {
    const current = tabs.querySelector("[aria-current]");
    if (current && tabs.scrollWidth > tabs.clientWidth) tabs.scrollLeft = current.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - current.offsetWidth) / 2;
  });
  ui.attach("[data-profile]", (profile) => {
    const columns = profile.querySelector("[data-profile-show]");
    const tabs = [...profile.querySelectorAll("[data-profile-tab]")];
    const show = (tab) => {
      columns.dataset.profileShow = tab.dataset.profileTab;
      for (const one of tabs) {
        one.setAttribute("aria-selected", String(one === tab));
        one.tabIndex = one === tab ? 0 : -1;
      }
    };
    for (const tab of tabs) {
      tab.addEventListener("click", () => show(tab));
      tab.addEventListener("keydown", (event) => {
        const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!by) return;
        const next = tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length];
        show(next);
        next.focus();
      });
    }
  });
})();
