// Files dropped on [data-drop] or chosen in its input; "send" sends at once, "keep" waits for the button.
(() => {
  "use strict";
  const ui = window.ui;
  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

  ui.attach("[data-drop]", (form) => {
    const input = form.querySelector("input[type=file]");
    const names = form.querySelector(".drop-names");
    const bar = form.querySelector("progress");
    form.setAttribute("data-drop-ready", "");
    const take = () => {
      if (names) names.textContent = [...input.files].map((file) => file.name).join(", ");
      if (form.dataset.drop === "send" && input.files.length) form.requestSubmit();
    };
    input.addEventListener("change", take);
    form.addEventListener("reset", () => names && (names.textContent = ""));
    form.addEventListener("dragover", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      form.setAttribute("data-drop-over", "");
    });
    form.addEventListener("dragleave", (event) => {
      if (!form.contains(event.relatedTarget)) form.removeAttribute("data-drop-over");
    });
    form.addEventListener("drop", (event) => {
      form.removeAttribute("data-drop-over");
      if (!event.dataTransfer?.files.length) return;
      event.preventDefault();
      input.files = event.dataTransfer.files;
      take();
    });
    form.addEventListener("htmx:xhr:progress", (event) => {
      if (!bar || !input.files.length || !event.detail.lengthComputable) return;
      bar.hidden = event.detail.loaded >= event.detail.total;
      bar.value = (100 * event.detail.loaded) / event.detail.total;
    });
    form.addEventListener("htmx:afterRequest", () => {
      if (bar) bar.hidden = true;
    });
  });
})();
