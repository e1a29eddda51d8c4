// Runs before the first paint: the theme and the folded menu must not jump.
(() => {
  "use strict";
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const choice = root.dataset.themeChoice;
    root.dataset.bsTheme = choice === "auto" ? (dark.matches ? "dark" : "light") : choice;
  };
  apply();
  dark.addEventListener("change", apply);
  new MutationObserver(apply).observe(root, { attributeFilter: ["data-theme-choice"] });
  try {
    if (localStorage.getItem("orbita.side") === "folded") root.dataset.side = "folded";
  } catch {
    /* Storage may be forbidden; the menu is then open. */
  }
})();
