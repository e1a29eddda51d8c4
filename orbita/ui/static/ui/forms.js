// Forms: pickers, tags, dates, repeated rows, values edited where they stand, unsaved input.
(() => {
  "use strict";
  const ui = window.ui;

  // ---- Pickers.
  const initials = (title) => {
    const words = title.split(/\s+/).map((word) => word.match(/[\p{L}\p{N}]/u)?.[0]).filter(Boolean);
    return (words.length > 1 ? words[0] + words.at(-1) : (words[0] ?? "?")).toUpperCase();
  };
  const slugs = { person: "persons", company: "companies", deal: "deals", product: "products", space: "spaces" };
  const face = (data) => {
    const kind = data.kind ? ` kind-${ui.escape(slugs[data.kind] ?? data.kind)}` : "";
    if (!data.kind && !data.initials) return "";
    return `<span class="avatar avatar-sm${kind}" aria-hidden="true">${ui.escape(data.initials || initials(data.title))}</span>`;
  };
  const renderOption = (data) => {
    const detail = data.detail ? `<span class="option-detail">${ui.escape(data.detail)}</span>` : "";
    return `<div>${face(data)}<span class="option-text"><span class="option-title">${ui.escape(data.title)}</span>${detail}</span></div>`;
  };
  const renderAnswer = (data) =>
    data.isMore ? `<div class="create show-more">${ui.escape(data.title)}…</div>` : renderOption(data);
  const renderItem = (data) => `<div><span class="item-text">${ui.escape(data.title)}</span></div>`;
  const renderCreate = (label) => (data) =>
    `<div class="create">+ ${ui.escape(label)}: <strong>${ui.escape(data.input)}</strong></div>`;
  const MORE = "show-more"; // the last option of an answer that leaves some out
  const search = (url, query, wantsAll) => {
    const address = new URL(url, location.href);
    address.searchParams.set("q", query);
    if (wantsAll) address.searchParams.set("all", "1");
    return fetch(address, { headers: { Accept: "application/json" } }).then((answer) =>
      answer.ok ? answer.json() : { results: [] },
    );
  };
  const answered = function answered() {
    return ({ value }) => (!this.answers || this.answers.has(value) ? 1 : 0);
  };
  const remote = (url) =>
    function load(query, callback) {
      this.loadedSearches = {}; // only the latest answer is kept, so words may be asked again
      const wantsAll = this.wantsAll === query;
      search(url, query, wantsAll)
        .catch(() => ({ results: [] }))
        .then(({ results, has_more: hasMore }) => {
          if (query !== this.inputValue()) return callback();
          if (hasMore) results.push({ value: MORE, title: ui.text("show_more"), isMore: true });
          const known = wantsAll ? this.answers.size - 1 : 0;
          this.isWaiting = false;
          this.clearOptions(); // what is chosen stays among the options and is no answer
          this.answers = new Set(results.map(({ value }) => value));
          callback(results);
          if (known > 0 && results[known]) this.setActiveOption(this.getOption(results[known].value));
          if (this.takesFirst && this.activeOption) this.onOptionSelect({}, this.activeOption);
          this.takesFirst = false;
        });
    };
  const createRemote = (url, select) =>
    function create(title, callback) {
      const values = { title };
      for (const name of (select.dataset.createWith ?? "").split(" ")) {
        const control = name && select.form?.elements[name];
        if (control?.value) values[name] = control.value;
      }
      ui.post(url, values)
        .then(async (answer) => {
          const made = await answer.json();
          if (!answer.ok) throw new Error(made.error);
          callback(made);
        })
        .catch((error) => {
          ui.toast({ text: error.message || ui.text("failed"), level: "error" });
          callback();
        });
    };
  const common = (select) => ({
    valueField: "value",
    labelField: "title",
    maxOptions: 50,
    closeAfterSelect: true,
    placeholder: select.dataset.placeholder ?? "",
    hidePlaceholder: true,
    clearAfterSelect: true,
    plugins: select.multiple ? { remove_button: { title: ui.text("remove") } } : {},
    refreshThrottle: 0,
    loadThrottle: 150,
    onDropdownOpen: (dropdown) => dropdown.scrollIntoView({ block: "nearest" }),
  });
  const noResults = ({ input }) => (input ? `<div class="no-results">${ui.escape(ui.text("no_results"))}</div>` : null);
  // Enter takes what fits the words typed, never what stood there before they were answered.
  const awaitAnswers = (picker) => {
    picker.on("type", () => {
      picker.isWaiting = true;
      picker.takesFirst = false;
    });
    const hold = (event) => {
      if (event.key !== "Enter" || !picker.isWaiting || !picker.inputValue()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      picker.takesFirst = true;
    };
    picker.control_input.addEventListener("keydown", hold, { capture: true });
  };
  const tie = (select, picker) => {
    select.setAttribute("aria-hidden", "true");
    for (const name of ["aria-describedby", "aria-invalid", "aria-required"]) {
      if (select.hasAttribute(name)) picker.control_input.setAttribute(name, select.getAttribute(name));
    }
  };
  // "Show more" asks again instead of being chosen, by mouse and by Enter.
  const offerMore = (picker) => {
    const choose = picker.onOptionSelect.bind(picker);
    picker.onOptionSelect = (event, option) => {
      if (option?.dataset.value !== MORE) return choose(event, option);
      picker.wantsAll = picker.inputValue();
      picker.load(picker.wantsAll);
    };
  };
  ui.attach("select[data-picker]", (select) => {
    const { url, createUrl, createLabel } = select.dataset;
    const picker = new TomSelect(select, {
      ...common(select),
      searchField: [],
      preload: "focus",
      shouldLoad: () => true,
      score: answered,
      load: remote(url),
      create: createUrl ? createRemote(createUrl, select) : false,
      allowEmptyOption: false,
      render: {
        option: renderAnswer,
        item: renderItem,
        no_results: noResults,
        option_create: renderCreate(createLabel || ui.text("create")),
      },
    });
    tie(select, picker);
    awaitAnswers(picker);
    offerMore(picker);
    // A single choice is emptied with Delete or Backspace, as the many are.
    picker.control_input.addEventListener("keydown", (event) => {
      if (event.key === "Delete" && !select.multiple && !picker.control_input.value) picker.clear();
    });
  });
  ui.attach("select[data-tags]", (select) => {
    const { url } = select.dataset;
    const picker = new TomSelect(select, {
      ...common(select),
      searchField: ["title"],
      create: "mayCreate" in select.dataset ? (input) => ({ value: input.trim(), title: input.trim() }) : false,
      createOnBlur: true,
      delimiter: ",",
      ...(url ? { preload: "focus", shouldLoad: () => true, score: () => () => 1, searchField: [], load: remote(url) } : {}),
      render: {
        option: renderOption,
        item: renderItem,
        no_results: noResults,
        option_create: renderCreate(ui.text("create")),
      },
    });
    tie(select, picker);
    if (url) awaitAnswers(picker);
  });

  ui.attach("select[data-picker-local]", (select) => {
    select.classList.remove("form-select");
    const picker = new TomSelect(select, {
      ...common(select),
      searchField: ["title"],
      render: { item: renderItem, option: renderOption, no_results: noResults },
    });
    tie(select, picker);
  });

  // ---- A field that matters with some choices of another alone: data-when="operator:from to".
  ui.attach("[data-when]", (control) => {
    const [name, choices] = control.dataset.when.split(":");
    const ruler = control.form.elements[name]; // one control, or all radio buttons of the name
    const show = () => {
      control.closest(".field").hidden = !choices.split(" ").includes(ruler.value);
    };
    control.form.addEventListener("change", (event) => event.target.name === name && show());
    show();
  });

  // ---- A matrix of rights: a box for all of a row, and one without which the others mean nothing.
  ui.attach("[data-matrix]", (form) => {
    const parts = (row) => ({
      all: row.querySelector("[data-matrix-all]"),
      needed: row.querySelector("[data-matrix-needed]"),
      boxes: [...row.querySelectorAll("input[name]")],
    });
    const show = (row) => {
      const { all, boxes } = parts(row);
      if (!all) return;
      const ticked = boxes.filter((box) => box.checked).length;
      all.checked = ticked === boxes.length;
      all.indeterminate = ticked > 0 && ticked < boxes.length;
    };
    form.addEventListener("change", ({ target }) => {
      const row = target.closest("[data-matrix-row]");
      if (!row) return;
      const { all, needed, boxes } = parts(row);
      if (target === all) for (const box of boxes) box.checked = all.checked;
      else if (target === needed && !needed.checked) for (const box of boxes) box.checked = false;
      else if (target.checked && needed) needed.checked = true;
      show(row);
    });
    form.querySelectorAll("[data-matrix-row]").forEach(show);
  });

  // ---- Lines of text that offer what is in use: the browser's own list, filled while one types.
  ui.attach("[data-texts]", (input) => {
    let waiting = 0;
    let asked = "";
    const fill = async () => {
      const typed = input.value.trim();
      if (!typed || typed === asked) return;
      asked = typed;
      const answer = await search(input.dataset.texts, typed, false).catch(() => ({ results: [] }));
      if (typed !== asked) return; // something else was typed meanwhile
      const options = answer.results.map((one) => Object.assign(document.createElement("option"), { value: one.value }));
      input.list.replaceChildren(...options);
    };
    input.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(fill, 150);
    });
  });

  // ---- Dates: the calendar of the browser writes into our field.
  ui.attach("[data-date]", (box) => {
    const [typed, native] = box.querySelectorAll("input");
    const pattern = box.dataset.pattern;
    const order = [...pattern.matchAll(/%([dmY])/g)].map((match) => match[1]);
    const toNative = (text) => {
      if (/^\d{4}-\d\d-\d\d$/.test(text)) return text;
      const found = text.match(/^(\d{1,4})\D(\d{1,2})\D(\d{1,4})$/);
      if (!found) return "";
      const part = Object.fromEntries(order.map((sign, index) => [sign, found[index + 1]]));
      return `${part.Y.padStart(4, "20")}-${part.m.padStart(2, "0")}-${part.d.padStart(2, "0")}`;
    };
    box.querySelector("[data-date-open]").addEventListener("click", () => {
      native.value = toNative(typed.value.trim());
      native.showPicker();
    });
    native.addEventListener("change", () => {
      const [year, month, day] = native.value.split("-");
      typed.value = native.value
        ? pattern.replace("%Y", year).replace("%m", month).replace("%d", day)
        : "";
      typed.dispatchEvent(new Event("input", { bubbles: true }));
      typed.dispatchEvent(new Event("change", { bubbles: true }));
      typed.focus();
    });
  });

  // ---- Repeated rows.
  ui.attach("[data-rows]", (box) => {
    let next = box.querySelectorAll("[data-rows-row]").length;
    const changed = () => box.dispatchEvent(new Event("input", { bubbles: true }));
    box.querySelector("[data-rows-add]").addEventListener("click", (event) => {
      const holder = document.createElement("template");
      const pattern = box.querySelector("[data-rows-pattern]").innerHTML;
      holder.innerHTML = pattern.replaceAll("__index__", String(next++));
      const row = holder.content.firstElementChild;
      event.currentTarget.before(row);
      row.querySelector("input, select").focus();
    });
    box.addEventListener("click", (event) => {
      const row = event.target.closest("[data-rows-remove]")?.closest("[data-rows-row]");
      if (!row) return;
      if (box.querySelectorAll("[data-rows-row]").length > 1) {
        const neighbour = row.nextElementSibling?.matches("[data-rows-row]") ? row.nextElementSibling : row.previousElementSibling;
        row.remove();
        neighbour?.querySelector("input, select")?.focus();
      } else {
        for (const control of row.querySelectorAll("input")) control.value = "";
        for (const control of row.querySelectorAll("select")) control.selectedIndex = 0;
      }
      changed();
    });
    box.addEventListener("click", (event) => {
      const button = event.target.closest("[data-rows-main], [data-rows-up]");
      const row = button?.closest("[data-rows-row]");
      const first = box.querySelector("[data-rows-row]");
      if (!row || row === first) return;
      (button.matches("[data-rows-main]") ? first : row.previousElementSibling).before(row);
      const isFirst = row === box.querySelector("[data-rows-row]");
      (isFirst ? row.querySelector("input, select") : button).focus();
      changed();
    });
  });

  // ---- A value edited where it stands; Esc puts the value back.
  const values = new WeakMap();
  const putBack = (box) => {
    box.innerHTML = values.get(box);
    values.delete(box);
    ui.wake(box);
    box.querySelector("[data-inline-open]")?.focus();
  };
  document.addEventListener("click", (event) => {
    const box = event.target.closest("[data-inline-edit]");
    if (!box) return;
    if (event.target.closest("[data-inline-cancel]")) return putBack(box);
    if (values.has(box) || event.target.closest("a, [data-copy]")) return;
    if (!event.target.closest("[data-inline-open], .value-text") || String(getSelection())) return;
    values.set(box, box.innerHTML);
    htmx.ajax("GET", box.dataset.inlineEdit, { source: box, target: box, swap: "innerHTML" }).then(
      () => (box.querySelector("[data-inline-form]") ? null : values.delete(box)),
      () => values.delete(box),
    );
  });
  ui.attach("[data-inline-form]", (form) => {
    const first = form.querySelector("input:not([type=hidden], [tabindex='-1']), select, textarea");
    if (first?.tomselect) first.tomselect.focus();
    else first?.focus();
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.stopPropagation();
      putBack(form.closest("[data-inline-edit]"));
    });
  });

  // ---- Errors: the list at the top has the focus and leads to the fields.
  const reach = (id) => {
    const control = document.getElementById(id) ?? document.getElementById(`${id}_0`);
    if (!control) return;
    control.closest("details")?.setAttribute("open", "");
    if (control.tomselect) control.tomselect.focus();
    else (control.editorArea ?? control).focus();
    control.closest(".field")?.scrollIntoView({ block: "center" });
  };
  ui.attach("[data-error-summary]", (summary) => {
    for (const details of document.querySelectorAll("details.form-section:has(.has-error)")) details.open = true;
    summary.focus();
    summary.addEventListener("click", (event) => {
      const link = event.target.closest('a[href^="#"]');
      if (!link) return;
      event.preventDefault();
      reach(link.hash.slice(1));
    });
  });

  // ---- Unsaved input: leaving asks; a second press of the button does nothing.
  ui.attach("form[data-guard]", (form) => {
    const touch = () => form.setAttribute("data-dirty", "");
    if (form.querySelector("[data-error-summary]")) touch();
    form.addEventListener("input", touch);
    form.addEventListener("change", touch);
    form.addEventListener("submit", () => form.setAttribute("data-leaving", ""));
    form.addEventListener("htmx:afterRequest", () => form.removeAttribute("data-leaving"));
  });
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-dirty]:not([data-leaving])")) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("a[data-cancel]")) {
      for (const form of document.querySelectorAll("form[data-dirty]")) form.removeAttribute("data-dirty");
    }
  });
  // A field that matters only for some values of another: data-shown-for="visibility 2 3".
  ui.attach("[data-shown-for]", (control) => {
    const [name, ...values] = control.dataset.shownFor.split(" ");
    const other = control.form?.elements[name];
    const field = control.closest("[data-field]");
    if (!other || !field) return;
    const show = () => (field.hidden = !values.includes(other.value));
    other.addEventListener("change", show);
    show();
  });
  // ---- A value taken over from the records that a form names, until the user touches it.
  const flows = new WeakMap();
  const flowState = (box, name) => box.querySelector(`[data-flow-state=${name}]`);
  const follow = async (form, box) => {
    const { flow, flowName, flowWatch } = box.dataset;
    const address = new URL(flow, location.href);
    const given = new FormData(form);
    for (const key of flowWatch.split(" ")) {
      for (const value of given.getAll(key)) address.searchParams.append(key, value);
    }
    for (const name of ["order", "origin"]) address.searchParams.append(`${flowName}-${name}`, flowState(box, name).value);
    const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    const html = answer?.status === 200 ? await answer.text() : "";
    const now = form.querySelector(`[data-flow-name="${flowName}"]`);
    if (!html.includes("data-flow") || !now || flowState(now, "touched").value) return null;
    return () => {
      now.outerHTML = html;
      ui.wake(form.querySelector(`[data-flow-name="${flowName}"]`));
    };
  };
  const followAll = (form, name) => {
    for (const box of form.querySelectorAll("[data-flow]")) {
      if (flowState(box, "touched").value || !box.dataset.flowWatch.split(" ").includes(name)) continue;
      const turn = follow(form, box).then((show) => {
        if (flows.get(form) !== turn) return;
        flows.delete(form);
        show?.();
      });
      flows.set(form, turn);
    }
  };
  document.addEventListener("change", (event) => {
    const box = event.target.closest("[data-flow]");
    if (box) {
      flowState(box, "touched").value = "1";
      box.querySelector("[data-flow-mark]")?.remove();
    } else if (event.target.form?.querySelector("[data-flow]")) followAll(event.target.form, event.target.name);
  });
  // What is on its way belongs to the form: a save waits for it.
  document.addEventListener(
    "submit",
    (event) => {
      const turn = flows.get(event.target);
      if (!turn) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const { submitter, target } = event;
      turn.finally(() => target.requestSubmit(submitter?.form === target ? submitter : undefined));
    },
    { capture: true },
  );
  // A value with a rule of its own is checked when its field is left, by the server that knows the rule.
  const tell = (control, errors) => {
    const box = control.closest(".field");
    const id = `${control.id}_error`;
    const said = (control.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
    box.querySelector(".field-errors")?.remove();
    box.classList.toggle("has-error", errors.length > 0);
    if (errors.length) {
      const list = document.createElement("ul");
      list.className = "field-errors";
      list.id = id;
      for (const error of errors) list.appendChild(document.createElement("li")).textContent = error;
      control.after(list);
      said.push(id);
    }
    control.setAttribute("aria-invalid", String(errors.length > 0));
    control.setAttribute("aria-describedby", said.join(" "));
  };
  ui.attach("[data-form-check] [data-check]", (control) => {
    control.addEventListener("change", async () => {
      const { name, value, form } = control;
      const address = new URL(form.getAttribute("action") || location.href, location.href);
      address.searchParams.set("check", name);
      const answer = await ui.post(address, { [name]: value }).catch(() => null);
      const errors = answer?.ok ? (await answer.json()).errors : null;
      if (errors && control.isConnected && control.value === value) tell(control, errors);
    });
  });
  const sent = new WeakMap();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.matches("[hx-post]")) return;
    if (Date.now() - (sent.get(form) ?? 0) < 4000) event.preventDefault();
    else if (!event.defaultPrevented) sent.set(form, Date.now());
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) sent.delete(form);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.closest("form")?.requestSubmit();
  });
  ui.attach("[data-composer]", (form) => {
    form.addEventListener("htmx:afterRequest", (event) => {
      if (event.target !== form || !event.detail.successful) return;
      form.reset();
      form.dispatchEvent(new CustomEvent("editor-clear"));
    });
  });
})();
