// Lists: moving with j and k, selecting, coming back to the same row, columns, quick filters.
(() => {
  "use strict";
  const ui = window.ui;
  const root = document.documentElement;

  // ---- Position: the row that was opened is marked when the same list is shown again.
  const place = (table) => `orbita.row:${table.dataset.list}`;
  const scroller = (table) => table.closest(".table-scroll");
  const rows = (table) => [...table.querySelectorAll("tr[data-row]")];
  const mark = (table, row) => {
    for (const one of table.querySelectorAll("tr.is-current")) one.classList.remove("is-current");
    row?.classList.add("is-current");
  };
  const keep = (table, row) => {
    const top = scroller(table)?.scrollTop ?? 0;
    ui.remember(sessionStorage, place(table), JSON.stringify([location.href, row.dataset.row, top]));
  };
  const restore = (table) => {
    const [href, id, top] = JSON.parse(ui.recall(sessionStorage, place(table)) ?? "[]");
    if (href !== location.href) return;
    const row = rows(table).find((one) => one.dataset.row === id);
    if (!row) return;
    mark(table, row);
    if (scroller(table)) scroller(table).scrollTop = top;
    row.scrollIntoView({ block: "nearest" });
  };

  ui.attach("[data-list]", (table) => {
    restore(table);
    table.addEventListener("click", (event) => {
      const row = event.target.closest("tr[data-row]");
      if (!row) return;
      const link = row.querySelector(".row-link");
      if (event.target.closest(".row-link")) keep(table, row);
      if (event.target.closest("a, button, input, label, select, .col-select, .inline-form")) return;
      if (!link || String(getSelection())) return;
      keep(table, row);
      if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
      else link.click();
    });
  });

  // ---- Each list keeps its filter and its order: the menus lead back to them from elsewhere.
  const kept = (path) => `orbita.list:${path}`;
  const keepList = () => {
    if (!document.querySelector("[data-list-page]")) return;
    const state = new URLSearchParams(location.search);
    for (const name of ["after", "before", "last"]) state.delete(name);
    ui.remember(sessionStorage, kept(location.pathname), state.toString() || null);
  };
  ui.attach("[data-list-page]", keepList);
  const leadBack = (event) => {
    const link = event.target.closest?.("a");
    if (!link) return;
    keepList();
    if (!link.matches(".side-link, .bottom-link")) return;
    const isElsewhere = link.pathname !== location.pathname;
    link.search = (isElsewhere && ui.recall(sessionStorage, kept(link.pathname))) || "";
  };
  document.addEventListener("click", leadBack, { capture: true });

  const step = (table, by) => {
    const all = rows(table);
    const now = all.findIndex((row) => row.classList.contains("is-current"));
    const row = all[Math.max(0, Math.min(all.length - 1, now + by))];
    if (!row) return;
    mark(table, row);
    ui.isSteppingRows = true;
    row.querySelector(".row-link")?.focus({ preventScroll: true });
    ui.isSteppingRows = false;
    row.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || ui.isTyping(event.target)) return;
    const table = document.querySelector("[data-list]");
    if (!table || document.querySelector(".modal.show")) return;
    const current = table.querySelector("tr.is-current");
    if (event.key === "j") step(table, 1);
    else if (event.key === "k") step(table, -1);
    else if (event.key === "x" && current) current.querySelector("[data-select]")?.click();
    else if (event.key === "Enter" && current && !event.target.closest("a, button, input, summary")) {
      current.querySelector(".row-link")?.click();
    } else return;
    event.preventDefault();
  });

  // ---- Selection: the bar is the form to which the checkboxes belong.
  ui.attach("[data-selection-bar]", (bar) => {
    const page = bar.closest("[data-list-page]") ?? document;
    const boxes = () => [...page.querySelectorAll("[data-select]")];
    const all = bar.querySelector("[data-selection-all]");
    const everything = bar.querySelector("[data-selection-everything]");
    const pageBox = page.querySelector("[data-select-page]");
    let last = null;
    // The menus of list operations; their items come when they are opened and send this form.
    const menus = (ticked) => {
      for (const item of page.querySelectorAll("[data-selection-needs]")) {
        item.disabled = !all.value && ticked < Number(item.dataset.selectionNeeds);
      }
      for (const hint of page.querySelectorAll("[data-selection-hint]")) hint.hidden = ticked > 0;
    };
    const refresh = () => {
      const ticked = boxes().filter((box) => box.checked).length;
      bar.hidden = !ticked;
      menus(ticked);
      bar.querySelector("[data-selection-count]").textContent = all.value ? everything.dataset.total : ticked;
      if (everything) everything.hidden = Boolean(all.value) || ticked < boxes().length;
      if (!pageBox) return;
      pageBox.checked = ticked > 0 && ticked === boxes().length;
      pageBox.indeterminate = ticked > 0 && ticked < boxes().length;
    };
    const tick = (list, isTicked) => {
      for (const box of list) box.checked = isTicked;
      all.value = "";
      refresh();
    };
    page.addEventListener("click", (event) => {
      const box = event.target.closest("[data-select]");
      if (!box) return;
      const list = boxes();
      if (event.shiftKey && last) {
        const [from, to] = [list.indexOf(last), list.indexOf(box)].sort((a, b) => a - b);
        tick(list.slice(from, to + 1), box.checked);
      } else tick([box], box.checked);
      last = box;
    });
    pageBox?.addEventListener("change", () => tick(boxes(), pageBox.checked));
    everything?.addEventListener("click", () => {
      all.value = "1";
      refresh();
    });
    bar.querySelector("[data-selection-clear]").addEventListener("click", () => tick(boxes(), false));
    page.addEventListener("htmx:afterSwap", (event) => event.target.matches("[data-selection-menu]") && refresh());
    refresh();
  });

  // ---- The panel of quick filters; open on a desktop, closed on a phone, as long as nobody chose.
  const isPhone = () => matchMedia("(max-width: 767.98px)").matches;
  ui.attach("[data-left-toggle]", (button) => {
    const isOpen = () => (isPhone() ? root.dataset.left === "open" : root.dataset.left !== "folded");
    const show = (left) => {
      root.dataset.left = left;
      button.setAttribute("aria-expanded", String(isOpen()));
    };
    const close = () => {
      show("folded");
      button.focus();
    };
    if (isPhone()) show("folded");
    else show(root.dataset.left || (ui.recall(localStorage, "orbita.left") ?? ""));
    button.addEventListener("click", () => {
      show(isOpen() ? "folded" : "open");
      if (!isPhone()) ui.remember(localStorage, "orbita.left", root.dataset.left);
      else document.querySelector(".left-head .btn-close")?.focus();
    });
    for (const closer of document.querySelectorAll("[data-left-close]")) closer.addEventListener("click", close);
    document.getElementById("list-left")?.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && isPhone()) close();
    });
  });
  // The panel comes with its numbers a moment after the list. Until then it shows what it showed.
  const panels = new Map();
  ui.attach("[data-left-panel]", (panel) => {
    const kept = panels.get(panel.dataset.leftPanel);
    if (kept) {
      panel.innerHTML = kept;
      ui.wake(panel);
    }
    panel.addEventListener("htmx:afterSwap", (event) => {
      if (event.target === panel) panels.set(panel.dataset.leftPanel, panel.innerHTML);
    });
  });
  ui.attach("[data-left-part]", (part) => {
    let wasOpen = part.open; // the event also comes for those that begin open
    part.addEventListener("toggle", () => {
      if (part.open === wasOpen) return;
      wasOpen = part.open;
      const url = part.closest("[data-left-url]")?.dataset.leftUrl;
      if (url) ui.post(url, { part: part.dataset.leftPart, open: part.open ? "1" : "0" });
      panels.clear();
    });
  });

  // ---- Order by dragging, or by the buttons beside. Lists of one data-sortable-group exchange items.
  ui.attach("[data-sortable]", (list) => {
    const group = list.dataset.sortableGroup;
    const handle = list.dataset.sortable ? `.${list.dataset.sortable}-handle` : ".sort-handle";
    const changed = (place) => place.dispatchEvent(new Event("change", { bubbles: true }));
    Sortable.create(list, { handle, group, animation: 120, ghostClass: "sort-ghost", onEnd: () => changed(list) });
    const neighbour = (step) => {
      const lists = group ? [...document.querySelectorAll(`[data-sortable-group="${group}"]`)] : [list];
      return lists[lists.indexOf(list) + step];
    };
    const move = (item, up) => {
      const beside = up ? item.previousElementSibling : item.nextElementSibling;
      if (beside) beside[up ? "before" : "after"](item);
      else neighbour(up ? -1 : 1)?.[up ? "append" : "prepend"](item);
    };
    list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-sort-up], [data-sort-down]");
      if (!button || button.closest("[data-sortable]") !== list) return;
      const item = [...list.children].find((child) => child.contains(button));
      if (!item) return;
      move(item, button.matches("[data-sort-up]"));
      button.focus();
      changed(item);
    });
  });
})();
