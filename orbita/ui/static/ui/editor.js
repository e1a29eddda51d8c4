// A small editor over a textarea: bold, italic, lists, links, mentions. The server cleans what it posts.
(() => {
  "use strict";
  const ui = window.ui;
  const ALLOWED = { P: [], DIV: [], BR: [], B: [], STRONG: [], I: [], EM: [], UL: [], OL: [], LI: [], BLOCKQUOTE: [], A: ["href"], SPAN: ["data-mention"] };
  const SAFE_LINK = /^(https?:|mailto:|tel:)/i;

  // ---- Only what the server would keep comes in, by paste or by loading.
  const copyClean = (from, to) => {
    for (const node of from.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) to.append(node.data);
      if (node.nodeType !== Node.ELEMENT_NODE || /^(SCRIPT|STYLE|TEMPLATE|HEAD|TITLE)$/.test(node.tagName)) continue;
      const allowed = ALLOWED[node.tagName];
      const kept = allowed ? document.createElement(node.tagName) : to;
      for (const name of allowed ?? []) {
        const value = node.getAttribute(name);
        if (value !== null && (name !== "href" || SAFE_LINK.test(value))) kept.setAttribute(name, value);
      }
      if (kept.hasAttribute?.("data-mention")) kept.contentEditable = "false";
      copyClean(node, kept);
      if (kept !== to) to.append(kept);
    }
  };
  const clean = (html) => {
    const result = document.createElement("div");
    copyClean(new DOMParser().parseFromString(html, "text/html").body, result);
    return result;
  };
  const fromText = (text) => {
    const result = document.createElement("div");
    for (const line of text.split("\n")) {
      const paragraph = document.createElement("p");
      if (line) paragraph.textContent = line;
      else paragraph.append(document.createElement("br"));
      result.append(paragraph);
    }
    return result;
  };
  const looksLikeHtml = (text) => /<\/?(p|div|br|b|strong|i|em|ul|ol|li|a|span|blockquote)\b[^>]*>/i.test(text);

  // ---- One editor.
  const build = (box) => {
    const source = box.querySelector("textarea");
    const tools = box.querySelector(".editor-tools");
    const area = document.createElement("div");
    area.className = "editor-area prose";
    area.contentEditable = "true";
    area.setAttribute("role", "textbox");
    area.setAttribute("aria-multiline", "true");
    const label = source.labels?.[0];
    if (label) {
      label.id ||= `${source.id}_label`;
      area.setAttribute("aria-labelledby", label.id);
      label.addEventListener("click", () => area.focus());
    } else area.setAttribute("aria-label", source.placeholder || source.name);
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (source.hasAttribute(name)) area.setAttribute(name, source.getAttribute(name));
    }
    area.dataset.placeholder = source.placeholder;
    source.hidden = true;
    source.required = false;
    source.editorArea = area;
    source.after(area);
    tools.hidden = false;
    return { box, source, tools, area, draft: box.dataset.draft && `orbita.draft:${box.dataset.draft}` };
  };
  const fill = ({ area }, text) => {
    if (text) area.replaceChildren(...(looksLikeHtml(text) ? clean(text) : fromText(text)).childNodes);
    else area.replaceChildren();
  };
  const isEmpty = (area) => !area.textContent.trim() && !area.querySelector("li, [data-mention]");
  const sync = (editor) => {
    const { area, source, draft } = editor;
    const empty = isEmpty(area);
    area.classList.toggle("is-empty", empty);
    source.value = empty ? "" : area.innerHTML;
    if (draft) ui.remember(sessionStorage, draft, source.value || null);
  };

  // ---- Formatting.
  const showState = ({ tools, area }) => {
    if (document.activeElement !== area) return;
    for (const button of tools.querySelectorAll("[data-editor-do]")) {
      const name = button.dataset.editorDo;
      if (name === "link" || name === "mention") continue;
      button.setAttribute("aria-pressed", String(document.queryCommandState(name)));
    }
  };
  const link = (area) => {
    const selection = getSelection();
    const range = selection.rangeCount ? selection.getRangeAt(0).cloneRange() : null;
    const typed = window.prompt(ui.text("link_address"), "https://")?.trim();
    if (!typed || typed === "https://") return;
    const url = SAFE_LINK.test(typed) ? typed : `https://${typed}`;
    area.focus();
    if (range) {
      selection.removeAllRanges();
      selection.addRange(range);
    }
    if (selection.isCollapsed) document.execCommand("insertText", false, `${typed} `);
    else document.execCommand("createLink", false, url);
  };
  const perform = (editor, name) => {
    editor.area.focus();
    if (name === "link") link(editor.area);
    else if (name === "mention") document.execCommand("insertText", false, "@");
    else document.execCommand(name);
    sync(editor);
    showState(editor);
  };

  // ---- Mentions: "@" and a few letters, then a list.
  const wordAtCaret = () => {
    const { anchorNode, anchorOffset, isCollapsed } = getSelection();
    if (!isCollapsed || anchorNode?.nodeType !== Node.TEXT_NODE) return null;
    const match = anchorNode.data.slice(0, anchorOffset).match(/(?:^|[\s(\u00a0])@([\p{L}\p{N}.-]{0,30})$/u);
    return match && { node: anchorNode, from: anchorOffset - match[1].length - 1, to: anchorOffset, query: match[1] };
  };
  const addMentions = (editor) => {
    const { box, area } = editor;
    const menu = box.querySelector(".editor-menu");
    let latest = 0;
    const close = () => {
      latest++;
      menu.hidden = true;
      area.removeAttribute("aria-activedescendant");
    };
    const options = () => [...menu.children];
    const select = (option) => {
      for (const one of options()) one.setAttribute("aria-selected", String(one === option));
      area.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    };
    const insert = (option) => {
      const word = wordAtCaret();
      close();
      if (!word) return;
      const range = document.createRange();
      range.setStart(word.node, word.from);
      range.setEnd(word.node, word.to);
      range.deleteContents();
      const mention = document.createElement("span");
      mention.dataset.mention = option.dataset.value;
      mention.contentEditable = "false";
      mention.textContent = `@${option.textContent}`;
      const space = document.createTextNode("\u00a0");
      range.insertNode(space);
      range.insertNode(mention);
      getSelection().collapse(space, 1);
      sync(editor);
    };
    const draw = (results) => {
      menu.replaceChildren(
        ...results.slice(0, 8).map((result, index) => {
          const option = document.createElement("div");
          option.id = `${editor.source.id}_mention_${index}`;
          option.role = "option";
          option.dataset.value = result.value;
          option.textContent = result.title;
          return option;
        }),
      );
      menu.hidden = !results.length;
      menu.style.top = `${area.offsetTop + area.offsetHeight + 2}px`;
      if (results.length) select(menu.firstElementChild);
    };
    const ask = async () => {
      const word = wordAtCaret();
      if (!word) return close();
      const mine = ++latest;
      const url = new URL(box.dataset.mentionUrl, location.href);
      url.searchParams.set("q", word.query);
      const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
      const { results } = answer?.ok ? await answer.json() : { results: [] };
      if (mine === latest) draw(results);
    };
    area.addEventListener("input", ask);
    area.addEventListener("blur", () => setTimeout(close, 150));
    menu.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) insert(option);
    });
    area.addEventListener("keydown", (event) => {
      if (menu.hidden) return;
      const all = options();
      const now = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
      if (event.key === "ArrowDown") select(all[(now + 1) % all.length]);
      else if (event.key === "ArrowUp") select(all[(now - 1 + all.length) % all.length]);
      else if (event.key === "Enter" || event.key === "Tab") insert(all[now]);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  };

  ui.attach("[data-editor]", (box) => {
    const editor = build(box);
    const { area, source, tools, draft } = editor;
    fill(editor, source.value || (draft && ui.recall(sessionStorage, draft)) || "");
    document.execCommand("defaultParagraphSeparator", false, "p");
    sync(editor);
    area.addEventListener("input", () => sync(editor));
    area.addEventListener("paste", (event) => {
      event.preventDefault();
      const html = event.clipboardData.getData("text/html");
      const text = event.clipboardData.getData("text/plain");
      if (html) document.execCommand("insertHTML", false, clean(html).innerHTML);
      else document.execCommand("insertText", false, text);
    });
    area.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "l") {
        event.preventDefault();
        perform(editor, "link");
      }
    });
    tools.addEventListener("mousedown", (event) => event.preventDefault());
    tools.addEventListener("click", (event) => {
      const button = event.target.closest("[data-editor-do]");
      if (button) perform(editor, button.dataset.editorDo);
    });
    document.addEventListener("selectionchange", () => area.isConnected && showState(editor));
    const clear = () => {
      fill(editor, "");
      sync(editor);
    };
    source.form?.addEventListener("editor-clear", clear);
    source.form?.addEventListener("submit", () => sync(editor));
    if (draft) source.form?.addEventListener("submit", () => ui.remember(sessionStorage, draft, null));
    if (box.dataset.mentionUrl) addMentions(editor);
  });
})();
