// The page on which columns are matched: candidates, values for all rows, drafts.
(() => {
  // One of several targets that fit equally well.
  ui.attach("[data-choose]", (button) => {
    button.addEventListener("click", () => {
      const select = document.getElementById(button.dataset.choose);
      select.value = button.value;
      select.dispatchEvent(new Event("change", { bubbles: true }));
      select.focus();
    });
  });

  // The server keeps the page as a draft, so leaving loses nothing.
  ui.attach("[data-drafts]", (button) => {
    button.addEventListener("click", () => button.form?.removeAttribute("data-dirty"));
  });

  ui.attach("[data-add-value]", (select) => {
    const list = select.closest("section").querySelector("[data-values]");
    const line = (path) => [...list.children].find((one) => one.dataset.value === path);
    const focus = (one) => one?.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    select.addEventListener("change", async () => {
      const path = select.value;
      select.value = "";
      if (!path || line(path)) return focus(line(path));
      const address = `${select.dataset.addValue}?path=${encodeURIComponent(path)}`;
      await htmx.ajax("GET", address, { source: list, target: list, swap: "beforeend" });
      focus(line(path));
    });
  });
  ui.attach("[data-remove-value]", (button) => {
    button.addEventListener("click", () => {
      const add = button.closest("section").querySelector("[data-add-value]");
      add.dispatchEvent(new Event("input", { bubbles: true }));
      button.closest("[data-value]").remove();
      add.focus();
    });
  });
})();
