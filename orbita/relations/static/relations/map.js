// The map of a record: draws the table that its element names. Without script the table is enough.
(() => {
  "use strict";
  const { ui } = window;
  const SIZE = [46, 34, 26];
  const FEW_LINES = 40;
  const FEW_NODES = 70;
  const NARROW = 600;

  // ---- What is drawn: the records and links of the table.
  const readNode = (cell, nodes) => {
    const { node: id, kind, kindLabel, hop, more } = cell.dataset;
    if (nodes.has(id)) return id;
    const link = cell.querySelector("a");
    nodes.set(id, {
      id,
      kind,
      kindLabel,
      hop: Number(hop),
      more: Number(more ?? 0),
      title: link.textContent,
      url: link.href,
      sign: cell.querySelector(".kind-icon")?.innerHTML ?? "",
      lock: cell.querySelector(".lock svg")?.innerHTML ?? "",
    });
    return id;
  };
  const read = (table) => {
    const nodes = new Map();
    const links = new Map();
    for (const row of table.tBodies[0].rows) {
      const [from, to] = [...row.querySelectorAll("[data-node]")].map((cell) => readNode(cell, nodes));
      const words = links.get(`${from} ${to}`)?.words ?? [];
      words.push(row.querySelector("[data-label]").textContent);
      links.set(`${from} ${to}`, { source: from, target: to, words });
    }
    return { nodes: [...nodes.values()], links: [...links.values()] };
  };

  // ---- Colours as the canvas understands them: those of the page, as they are in its theme.
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  const plain = (colour) => {
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = colour;
    brush.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = brush.getImageData(0, 0, 1, 1).data;
    return `rgba(${red},${green},${blue},${(alpha / 255).toFixed(3)})`;
  };
  const colourOf = (place, variable, className = "") => {
    const probe = document.createElement("span");
    probe.className = `graph-map-colour ${className}`;
    probe.style.color = `var(${variable})`;
    place.append(probe);
    const found = plain(getComputedStyle(probe).color);
    probe.remove();
    return found;
  };
  const coloursOf = (place, nodes) => {
    const kinds = {};
    for (const { kind } of nodes) {
      kinds[kind] ??= {
        line: colourOf(place, "--kind", `kind-${kind}`),
        soft: colourOf(place, "--kind-soft", `kind-${kind}`),
      };
    }
    const names = { text: "--tblr-body-color", quiet: "--quiet", line: "--line-strong", paper: "--tblr-bg-surface", accent: "--accent" };
    const found = Object.entries(names).map(([key, name]) => [key, colourOf(place, name)]);
    return { kinds, ...Object.fromEntries(found) };
  };

  // ---- The sign of a record: its kind's icon in its kind's colour, with a lock where it is closed.
  const signOf = (node, colours) => {
    const { line, soft } = colours.kinds[node.kind];
    const stroke = `fill="none" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"`;
    const ring = node.hop === 0 ? colours.accent : line;
    const lock = node.lock
      ? `<circle cx="33" cy="33" r="8" fill="${colours.paper}" stroke="${colours.quiet}"/><g transform="translate(27.5 27.5) scale(.46)" stroke="${colours.quiet}" color="${colours.quiet}" ${stroke}>${node.lock}</g>`
      : "";
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96" viewBox="0 0 42 42"><rect x="2" y="2" width="36" height="36" rx="11" fill="${soft}" stroke="${ring}" stroke-width="${node.hop === 0 ? 3 : 1.2}"/><g transform="translate(9.5 9.5) scale(.875)" stroke="${line}" color="${line}" ${stroke}>${node.sign}</g>${lock}</svg>`;
    return `image://data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  };
  const format = new Intl.NumberFormat(document.documentElement.lang);
  const drawn = (node, colours, isCrowded) => ({
    id: node.id,
    name: node.title,
    value: node,
    symbol: signOf(node, colours),
    symbolSize: SIZE[node.hop],
    label: {
      show: node.hop < 2 || !isCrowded,
      formatter: node.more ? `{name|${node.title.replace(/[{}|]/g, " ")}}\n{more|+${format.format(node.more)}}` : "{b}",
      fontWeight: node.hop === 0 ? 600 : 400,
    },
  });
  const optionsOf = ({ nodes, links }, colours, width) => {
    const isCrowded = nodes.length > FEW_NODES;
    const isDense = links.length > FEW_LINES;
    const length = Math.max(90, Math.min(190, width / 6));
    const font = getComputedStyle(document.body).fontFamily;
    const name = { color: colours.text, fontFamily: font, fontSize: 12, width: 130, overflow: "truncate" };
    return {
      animation: false,
      textStyle: { fontFamily: font },
      series: [
        {
          type: "graph",
          layout: "force",
          roam: true,
          draggable: true,
          scaleLimit: { min: 0.4, max: 5 },
          force: {
            repulsion: isCrowded ? 220 : 6 * length,
            edgeLength: isCrowded ? [40, 120] : [length, 1.5 * length],
            gravity: 0.08,
            initLayout: "circular",
            layoutAnimation: false,
          },
          data: nodes.map((node) => drawn(node, colours, isCrowded)),
          links: links.map(({ source, target, words }) => ({ source, target, value: words.join(", ") })),
          label: { show: true, position: "bottom", ...name, textBorderColor: colours.paper, textBorderWidth: 3, rich: { name, more: { color: colours.quiet, fontSize: 11, lineHeight: 15 } } },
          labelLayout: { hideOverlap: isDense || width < NARROW },
          lineStyle: { color: colours.line, width: 1.2, opacity: 1 },
          edgeLabel: { show: !isDense, formatter: "{c}", color: colours.quiet, fontSize: 11, fontFamily: font, textBorderColor: colours.paper, textBorderWidth: 3 },
          emphasis: { focus: "adjacency", label: { show: true }, edgeLabel: { show: true }, lineStyle: { color: colours.accent, width: 2 } },
          blur: { itemStyle: { opacity: 0.25 }, lineStyle: { opacity: 0.15 }, label: { opacity: 0.25 }, edgeLabel: { opacity: 0.15 } },
        },
      ],
    };
  };

  // ---- Where the forces have put the records, moved so that all are in sight and nothing is scaled.
  const MARGIN = { x: 76, top: 40, bottom: 56 };
  const STRETCH = 1.5;
  const spread = (values, from, to) => {
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const scale = Math.min(STRETCH, (to - from) / Math.max(1, most - least));
    return values.map((value) => (from + to) / 2 + (value - (least + most) / 2) * scale);
  };
  const fitted = (chart) => {
    const [width, height] = [chart.getWidth(), chart.getHeight()];
    const { data } = chart.getOption().series[0];
    const layout = chart.getModel().getSeriesByIndex(0).getData();
    const places = data.map((_one, index) => layout.getItemLayout(index));
    const x = spread(places.map((place) => place[0]), MARGIN.x, width - MARGIN.x);
    const y = spread(places.map((place) => place[1]), MARGIN.top, height - MARGIN.bottom);
    const placed = data.map((one, index) => ({ ...one, x: x[index], y: y[index] }));
    const corner = (id, at) => ({ id, name: "", value: null, symbol: "none", x: at[0], y: at[1] });
    const corners = [corner("near-corner", [0, 0]), corner("far-corner", [width, height])];
    return { series: [{ layout: "none", data: [...placed, ...corners], left: 0, right: 0, top: 0, bottom: 0 }] };
  };

  // ---- Hover cards hang on links: each record gets one without size, where the pointer met it.
  const follow = (place, chart) => {
    const handles = new Map();
    const handleOf = ({ id, url }) => {
      if (!handles.has(id)) {
        const handle = document.createElement("a");
        handle.className = "graph-map-handle";
        handle.href = url;
        handle.tabIndex = -1;
        handle.dataset.card = "";
        place.append(handle);
        handles.set(id, handle);
      }
      return handles.get(id);
    };
    const pointTo = (target) =>
      target.dispatchEvent(new PointerEvent("pointerover", { bubbles: true, pointerType: "mouse" }));
    chart.on("mouseover", { dataType: "node" }, ({ data, event }) => {
      const handle = handleOf(data.value);
      handle.style.left = `${event.offsetX + 8}px`;
      handle.style.top = `${event.offsetY + 10}px`;
      pointTo(handle);
    });
    chart.on("mouseout", { dataType: "node" }, () => pointTo(place));
    chart.on("click", { dataType: "node" }, ({ data, event }) => {
      const { ctrlKey, metaKey } = event.event;
      if (ctrlKey || metaKey) window.open(data.value.url, "_blank", "noopener");
      else window.location.assign(data.value.url);
    });
  };

  ui.attach("[data-relation-map]", (place) => {
    const table = document.querySelector(place.dataset.relationMap);
    if (!table || !window.echarts) return;
    place.hidden = false;
    const graph = read(table);
    const chart = window.echarts.init(place, null, { renderer: "canvas" });
    const draw = () => {
      chart.setOption(optionsOf(graph, coloursOf(place, graph.nodes), place.clientWidth), { notMerge: true });
      chart.setOption(fitted(chart));
    };
    draw();
    follow(place, chart);
    let width = place.clientWidth;
    new ResizeObserver(() => {
      if (place.clientWidth === width) return;
      width = place.clientWidth;
      chart.resize();
      draw();
    }).observe(place);
    new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
    place.dataset.drawn = graph.nodes.length;
  });
})();
