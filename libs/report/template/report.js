"use strict";
(() => {
  const view = JSON.parse(document.getElementById("data").textContent);
  const main = document.getElementById("main");
  const { el, freshId, section, followTheme } = PlyoPage;

  // ---- Tabs: every panel is in the page; print shows them all. A panel's charts are drawn when it is first seen.
  const lateDraws = new Map();
  function reveal(panel) {
    panel.hidden = false;
    for (const [host, draw] of lateDraws) {
      if (panel.isConnected && panel.contains(host) && !host.closest("[hidden]")) {
        lateDraws.delete(host);
        draw(host);
      }
    }
  }

  function tabs(label, items) {
    if (items.length === 1) return [items[0].panel];
    const buttons = items.map(({ title, note, panel }, i) => {
      panel.id = freshId("panel");
      panel.setAttribute("role", "tabpanel");
      panel.classList.add("panel");
      panel.prepend(el("h2", { class: "panel-title print-only" }, title));
      panel.hidden = i !== 0;
      const button = el("button", { type: "button", role: "tab", id: freshId("tab"), class: "tab", "aria-controls": panel.id },
        el("span", { class: "tab-title" }, title), note && el("span", { class: "tab-note" }, note));
      panel.setAttribute("aria-labelledby", button.id);
      return button;
    });
    const select = (i, focus) => {
      buttons.forEach((button, k) => {
        button.setAttribute("aria-selected", String(k === i));
        button.tabIndex = k === i ? 0 : -1;
        if (k !== i) items[k].panel.hidden = true;
      });
      reveal(items[i].panel);
      if (focus) buttons[i].focus();
    };
    buttons.forEach((button, i) => {
      button.addEventListener("click", () => select(i, false));
      button.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1, Home: -i, End: items.length - 1 - i }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        select((i + step + items.length) % items.length, true);
      });
    });
    select(0, false);
    return [el("div", { class: "tabs", role: "tablist", "aria-label": label }, buttons), items.map((item) => item.panel)];
  }

  // ---- Pieces
  const figure = (m) => m.value === undefined ? null : m.unit === "°" ? `${m.value}°` : m.unit ? `${m.value}\u00a0${m.unit}` : m.value;

  function noteList(notes) {
    return notes.length > 0 && el("ul", { class: "notes" },
      notes.map((note) => el("li", { class: `chip ${note.severity}`, title: note.text || null }, note.label)));
  }

  function card(m, hero) {
    const absent = m.value === undefined;
    return el("div", { class: `card${hero ? " hero" : ""}` },
      el("h3", { class: "card-label", title: m.text || null }, m.label),
      absent ? el("p", { class: "card-absent" }, "– ", el("span", {}, m.reason))
        : el("p", { class: "card-value" },
          el("span", { class: "num" }, m.unit === "°" ? figure(m) : m.value), m.unit !== "°" && el("span", { class: "unit" }, m.unit),
          m.half && el("span", { class: "half" }, `±\u00a0${m.half}`)),
      !absent && m.class && el("p", { class: "card-sub" }, m.class),
      !absent && m.interval && el("p", { class: "card-sub" }, `95\u00a0% interval ${m.interval}`),
      hero && noteList(m.notes));
  }

  // What the figures say in plain words, and by which rule.
  function cueList(cues) {
    return cues.length > 0 && section("What stands out", "cues", el("ul", { class: "cue-list" }, cues.map((cue) =>
      el("li", { class: `cue ${cue.level}` },
        el("p", { class: "cue-text" }, cue.text, ": ", el("b", {}, cue.figure)),
        el("p", { class: "cue-rule" }, "Rule: ", cue.rule, ", with the whole interval. ", cue.reason)))));
  }

  function keyFrames(rep) {
    if (rep.key_frames.length === 0) return null;
    return section("Key frames", "frames", el("ol", { class: "strip", tabindex: "0", "aria-label": "Key frames in time order" },
      rep.key_frames.map((frame, i) => {
        const since = i > 0 ? frame.t - rep.key_frames[i - 1].t : null;
        const img = el("img", { alt: frame.alt, width: frame.width, height: frame.height, decoding: "async" });
        img.src = `data:image/jpeg;base64,${frame.jpeg}`;
        return el("li", { class: "frame", onmouseenter: () => rep.point && rep.point(frame.t) },
          el("figure", {}, img,
            el("figcaption", {}, el("strong", {}, frame.label), el("span", { class: "frame-time" }, frame.time,
              since !== null && el("span", { class: "since" }, `+${Math.round(since * 1000)}\u00a0ms`)))));
      })));
  }

  function phaseLegend(rep) {
    return el("ul", { class: "phases", "aria-label": "Phases and how long they last" }, rep.phases.map((phase) => {
      const swatch = el("span", { class: "swatch", "aria-hidden": "true" });
      swatch.style.backgroundColor = phase.color;
      return el("li", { title: phase.text || null }, swatch, phase.label, el("span", { class: "phase-time" }, phase.duration));
    }));
  }

  function describe(chart) {
    const parts = chart.series.map((s) => {
      const seen = s.values.filter((v) => v !== null);
      if (seen.length === 0) return `${s.label}: not seen`;
      const low = Math.min(...seen);
      const high = Math.max(...seen);
      return `${s.label} from ${low.toFixed(chart.decimals)} to ${high.toFixed(chart.decimals)} ${chart.unit}`;
    });
    return `${chart.title} against time. ${parts.join("; ")}. Arrow keys move the cursor.`;
  }

  // ---- Events moved by hand. The page says which and where; `plyo edit` measures anew, by the formulas of the analysis.
  const shellWord = (text) => /^[\w.=+-]+$/.test(text) && !text.startsWith("-") ? text : `'${text.replaceAll("'", "'\\''")}'`;

  function eventMover(rep, athlete) {
    const measured = new Map(rep.events.map((event) => [event, event.t]));
    const inputs = new Map();
    const command = el("code", { class: "command", tabindex: "0" });
    const copy = el("button", { type: "button", class: "tool" }, "Copy");
    const back = el("button", { type: "button", class: "tool" }, "Put back");
    const note = el("div", { class: "moved no-print", role: "status", hidden: true },
      el("p", {}, "Moved by hand, and not yet measured anew. This command does it and writes the report again:"),
      command, el("p", { class: "moved-actions" }, copy, back));

    const tell = () => {
      const moved = rep.events.filter((event) => event.t !== measured.get(event));
      note.hidden = moved.length === 0;
      const stem = view.clip.replace(/\.[^.]*$/, "");
      const words = ["plyo", "edit", `${stem}.json`.replace(/^-/, "./-")];
      if (view.athletes.length > 1) words.push("--athlete", String(athlete.track));
      if (athlete.reps.length > 1) words.push("--rep", String(rep.index));
      words.push(...moved.map((event) => `${event.id}=${event.t.toFixed(4)}`), "--json", words[2], "--report", `${stem}.html`.replace(/^-/, "./-"));
      command.textContent = words.map((word) => (/^--\w+$/.test(word) ? word : shellWord(word))).join(" ");
      for (const event of rep.events) {
        const input = inputs.get(event);
        if (input && document.activeElement !== input) input.value = event.t.toFixed(3);
        if (input) input.classList.toggle("is-moved", event.t !== measured.get(event));
      }
      for (const state of charts) if (state.rep === rep && state.u) state.u.redraw(false);
    };
    // Between its neighbours, as `plyo edit` asks for.
    const move = (event, t) => {
      const i = rep.events.indexOf(event);
      const low = i > 0 ? rep.events[i - 1].t + 0.001 : -Infinity;
      const high = i + 1 < rep.events.length ? rep.events[i + 1].t - 0.001 : Infinity;
      if (low > high || !Number.isFinite(t)) return;
      event.t = Math.min(high, Math.max(low, Math.round(t * 1e4) / 1e4));
      tell();
    };
    const input = (event) => {
      const field = el("input", { type: "number", step: "0.001", class: "event-time", "aria-label": `${event.label}, seconds` });
      field.value = event.t.toFixed(3);
      field.addEventListener("change", () => { move(event, field.valueAsNumber); field.value = event.t.toFixed(3); });
      inputs.set(event, field);
      return field;
    };
    back.addEventListener("click", () => { for (const [event, t] of measured) event.t = t; tell(); });
    copy.addEventListener("click", () => {
      getSelection().selectAllChildren(command);
      document.execCommand("copy");  // a page from a file may not write to the clipboard otherwise
    });
    return { move, input, note };
  }

  const charts = new Set();
  function chartBlock(chart, rep, options) {
    const readout = el("p", { class: "readout", "aria-live": "off" });
    const host = el("div", { class: "chart", tabindex: "0", role: "img", "aria-label": describe(chart) });
    const several = chart.series.length > 1;
    const onCursor = (u, idx) => {
      readout.replaceChildren();
      chart.series.forEach((s, i) => {
        const key = el("span", { class: `key line-${(i % 5) + 1}`, "aria-hidden": "true" });
        const at = idx === null || idx === undefined ? null : s.values[idx];
        const text = at === null || at === undefined ? "" : `${at.toFixed(chart.decimals)}${chart.unit === "°" ? "" : "\u00a0"}${chart.unit}`;
        readout.append(el("span", { class: "reading" }, key, several || !text ? s.label : null, text && el("b", {}, text)));
      });
      if (idx !== null && idx !== undefined) readout.append(el("span", { class: "reading at" }, `${chart.t[idx].toFixed(3)}\u00a0s`));
    };
    const state = { host, chart, rep, u: null };
    state.draw = (paperWidth) => {
      if (state.u) state.u.destroy();
      state.width = paperWidth || host.clientWidth;
      state.u = PlyoCharts.make(host, chart, rep, { ...options, width: state.width, paper: Boolean(paperWidth), onCursor });
      onCursor(state.u, null);
    };
    host.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step === undefined || !state.u) return;
      event.preventDefault();
      const from = state.u.cursor.idx ?? Math.floor(chart.t.length / 2);
      const idx = Math.min(chart.t.length - 1, Math.max(0, from + step * (event.shiftKey ? 10 : 1)));
      state.u.setCursor({ left: state.u.valToPos(chart.t[idx], "x"), top: 10 });
    });
    charts.add(state);
    lateDraws.set(host, () => state.draw());
    const extension = chart.extension && el("ul", { class: "extension", "aria-label": "Triple extension" },
      el("li", { class: "extension-title" }, "Triple extension, lowest point to take-off"),
      chart.extension.joints.map((joint) => {
        const i = chart.series.findIndex((s) => s.id === joint.series);
        return el("li", {}, el("span", { class: `key line-${(i % 5) + 1}`, "aria-hidden": "true" }), joint.label, el("b", {}, joint.text));
      }));
    return { state, node: el("div", { class: "chart-block" },
      el("div", { class: "chart-head" }, el("h3", {}, chart.title, el("span", { class: "chart-unit" }, chart.unit)), readout), host, extension) };
  }

  function movement(rep, sync, mover) {
    if (rep.charts.length === 0) return null;
    // One right edge for all, so that the axes of time lie below each other.
    const named = rep.charts.some((chart) => chart.series.length > 1);
    const blocks = rep.charts.map((chart, i) => chartBlock(chart, rep, { first: i === 0, sync, named, onMoveEvent: mover.move }));
    rep.point = (t) => {
      const { u } = blocks[0].state;
      if (u) u.setCursor({ left: u.valToPos(t, "x"), top: 10 });
    };
    return section("Movement", "movement", phaseLegend(rep), blocks.map((b) => b.node),
      el("p", { class: "hint no-print" }, "Vertical lines are events, the band around each its 95\u00a0% interval. Drag a line to where you see the event; drag elsewhere to zoom, double-click to go back."));
  }

  function eventTable(rep, mover) {
    if (rep.events.length === 0) return null;
    return section("Events", "events", el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Table of events" }, el("table", {},
      el("thead", {}, el("tr", {}, ["", "Event", "Time", "±\u00a095\u00a0%", "Frame"].map((text, i) => el("th", { scope: "col", class: i > 1 ? "r" : null }, text)))),
      el("tbody", {}, rep.events.map((event) => el("tr", {},
        el("td", { class: "dim" }, event.number), el("th", { scope: "row", title: event.text || null }, event.label),
        el("td", { class: "r num" }, el("span", { class: "print-only" }, event.time), el("span", { class: "no-print" }, mover.input(event), "\u00a0s")), el("td", { class: "r num dim" }, event.half_text), el("td", { class: "r num dim" }, event.frame)))))));
  }

  function metricRow(m) {
    const name = m.text
      ? el("details", { class: "def" }, el("summary", {}, m.label), el("p", {}, m.text))
      : m.label;
    if (m.value === undefined) {
      return el("tr", { class: "absent" }, el("th", { scope: "row" }, name), el("td", { class: "r num" }, "–"), el("td", {}), el("td", { class: "why" }, m.reason));
    }
    return el("tr", {}, el("th", { scope: "row" }, name), el("td", { class: "r num" }, figure(m), m.class && el("span", { class: "class" }, m.class)),
      el("td", { class: "r num dim" }, m.half ? `±\u00a0${m.half}` : ""), el("td", {}, noteList(m.notes)));
  }

  function metricTable(rep) {
    return section("All figures", "figures", el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Table of all figures" }, el("table", {},
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Figure"), el("th", { scope: "col", class: "r" }, "Value"),
        el("th", { scope: "col", class: "r" }, "±\u00a095\u00a0%"), el("th", { scope: "col" }, "Notes"))),
      rep.table.map((group) => el("tbody", {},
        el("tr", { class: "group" }, el("th", { scope: "rowgroup", colspan: "4" }, group.title)), group.rows.map(metricRow))))));
  }

  function angleTable(rep) {
    const { angles } = rep;
    if (!angles) return null;
    const cellOf = (cell) => {
      if (!cell) return el("td", {});
      if (cell.value === undefined) return el("td", { class: "r dim", title: cell.reason }, "–");
      return el("td", { class: "r num", title: cell.text || null }, figure(cell), cell.half && el("span", { class: "cell-half" }, `±\u00a0${cell.half}`));
    };
    return section("Joint angles", "angles", el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Table of joint angles" }, el("table", {},
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Joint"), angles.columns.map((title) => el("th", { scope: "col", class: "r" }, title)), el("th", { scope: "col" }, "Notes"))),
      el("tbody", {}, angles.rows.map((row) => el("tr", {}, el("th", { scope: "row" }, row.label), row.cells.map(cellOf), el("td", { class: "wide" }, noteList(row.notes))))))),
    angles.absent.map((row) => el("p", { class: "hint" }, `${row.label}: ${row.reason}.`)));
  }

  function headline(metrics) {
    const [first, ...others] = metrics;
    if (!first) return null;
    const grid = el("div", { class: "card-grid" }, others.map((m) => card(m, false)));
    grid.style.setProperty("--columns", Math.max(1, Math.ceil(others.length / 2)));
    const id = freshId("h");
    return el("section", { class: "cards", "aria-labelledby": id }, el("h2", { id, class: "visually-hidden" }, "Headline figures"), card(first, true), grid);
  }

  function repPanel(rep, athlete, sync) {
    const mover = eventMover(rep, athlete);
    return el("div", { class: "rep" }, headline(rep.headline),
      rep.notes.length > 0 && el("div", { class: "rep-notes" }, noteList(rep.notes)),
      cueList(rep.cues),
      keyFrames(rep), movement(rep, sync, mover), angleTable(rep), el("div", { class: "tables" }, metricTable(rep), eventTable(rep, mover)), mover.note);
  }

  // An interval as a line with its value as a dot, all of a column on one scale.
  function intervalMark(cell, low, high) {
    const svgNs = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(svgNs, "svg");
    svg.setAttribute("class", "interval");
    svg.setAttribute("viewBox", "0 0 120 16");
    svg.setAttribute("aria-hidden", "true");
    const x = (v) => 6 + 108 * (v - low) / (high - low || 1);
    const add = (tag, attributes) => {
      const node = document.createElementNS(svgNs, tag);
      for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
      svg.append(node);
    };
    add("line", { x1: 0, x2: 120, y1: 8, y2: 8, class: "interval-axis" });
    add("line", { x1: x(cell.at[0]), x2: x(cell.at[2]), y1: 8, y2: 8, class: "interval-range" });
    add("circle", { cx: x(cell.at[1]), cy: 8, r: 4, class: "interval-dot" });
    return svg;
  }

  function comparison(athlete) {
    const columns = athlete.comparison;
    if (columns.length === 0) return null;
    const spans = columns.map((column) => {
      const at = column.cells.filter((cell) => cell && cell.at).flatMap((cell) => cell.at);
      return at.length > 0 ? [Math.min(...at), Math.max(...at)] : null;
    });
    const unitHead = (column) => el("th", { scope: "col", class: "r" }, column.label, column.unit && el("span", { class: "th-unit" }, column.unit));
    const summaryRow = (label, key) => columns.some((c) => c[key] !== undefined) &&
      el("tr", {}, el("th", { scope: "row" }, label), columns.map((c) => el("td", { class: "r num" }, c[key] ?? "")));
    return section(athlete.all, "comparison", el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": athlete.all }, el("table", {},
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, athlete.one), columns.map(unitHead))),
      el("tbody", {}, athlete.reps.map((rep, r) => el("tr", {}, el("th", { scope: "row" }, rep.label),
        columns.map((column, c) => {
          const cell = column.cells[r];
          if (!cell || cell.value === undefined) return el("td", { class: "r dim", title: cell ? cell.reason : null }, "–");
          return el("td", { class: `r num${column.best_index === r ? " best" : ""}` }, c === 0 && cell.at && spans[0] && intervalMark(cell, ...spans[0]),
            el("span", { class: "cell-value" }, cell.value), cell.half && el("span", { class: "cell-half" }, `±\u00a0${cell.half}`),
            column.best_index === r && el("span", { class: "visually-hidden" }, " best"));
        })))),
      el("tfoot", {}, summaryRow("Best", "best"), summaryRow("Mean", "mean"), summaryRow("Standard deviation", "sd")))),
    athlete.rest && el("p", { class: "hint" }, athlete.rest));
  }

  function summary(athlete) {
    if (athlete.summary.length === 0) return null;
    const optional = ["left", "right", "best"].filter((key) => athlete.summary.some((row) => row[key] !== null));
    const titles = { left: "Left", right: "Right", best: "Best" };
    return section("Summary", "summary", el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Summary table" }, el("table", {},
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Figure"), ["Mean", "±\u00a095\u00a0%", "SD", ...optional.map((k) => titles[k]), "n"].map((t) => el("th", { scope: "col", class: "r" }, t)))),
      el("tbody", {}, athlete.summary.map((row) => el("tr", {}, el("th", { scope: "row", title: row.text || null }, row.label, row.unit && el("span", { class: "th-unit" }, row.unit)),
        el("td", { class: "r num" }, row.mean ?? "–", row.class && ` (${row.class})`), el("td", { class: "r num dim" }, row.half ? `±\u00a0${row.half}` : ""), el("td", { class: "r num dim" }, row.sd ?? ""),
        optional.map((key) => el("td", { class: "r num" }, row[key] ?? "")), el("td", { class: "r num dim" }, row.n)))))));
  }

  // Groups that somebody measured: no grade.
  function norms(athlete) {
    if (athlete.norms.length === 0 && athlete.without_norm.length === 0) return null;
    const text = ({ who, measured, source }) => el("tr", { class: "group" }, el("th", { scope: "rowgroup", colspan: "3" }, who,
      el("span", { class: "norm-how" }, measured, "."), el("span", { class: "norm-how" }, source)));
    return section("Published reference values", "norms", athlete.norms.length > 0 && el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Table of published reference values" }, el("table", {},
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Figure"), el("th", { scope: "col", class: "r" }, "This athlete"), el("th", { scope: "col", class: "r" }, "Published"))),
      athlete.norms.map((group) => el("tbody", {}, text(group.head), group.rows.map((row) => el("tr", {},
        el("th", { scope: "row" }, row.label, row.unit && el("span", { class: "th-unit" }, row.unit)),
        el("td", { class: "r num" }, row.his, row.half && el("span", { class: "cell-half" }, `±\u00a0${row.half}`)),
        el("td", { class: "r num" }, row.norm, el("span", { class: "norm-of" }, row.of)))))))),
    athlete.without_norm.map((row) => el("p", { class: "hint" }, "No norm: ", row.labels, " (", row.why, ").")));
  }

  const VERDICTS = { good: "Good", note: "Note", limited: "Limited", poor: "Poor" };
  function checkList(checks) {
    return el("ul", { class: "checks" }, checks.map((check) => el("li", { class: `check ${check.severity}` },
      el("span", { class: "verdict" }, VERDICTS[check.severity]),
      el("div", { class: "check-body" }, el("p", { class: "check-finding" }, el("strong", {}, check.aspect), " ", check.finding),
        check.advice && el("p", { class: "check-advice" }, check.advice),
        check.affects.length > 0 && el("p", { class: "check-affects" }, "Concerns ", check.affects.slice(0, 4).join(", "),
          check.affects.length > 4 && ` and ${check.affects.length - 4} more`, ".")))));
  }

  function accuracy(checks, title) {
    const limits = checks.filter((check) => check.severity !== "good");
    const fine = checks.filter((check) => check.severity === "good");
    return section(title, "accuracy", limits.length > 0 && checkList(limits),
      fine.length > 0 && el("h3", { class: "fine-title" }, limits.length > 0 ? "What was fine" : "Nothing stood in the way"),
      fine.length > 0 && el("ul", { class: "fine" }, fine.map((check) => el("li", {}, el("strong", {}, check.aspect), " ", check.finding))));
  }

  function athletePanel(athlete) {
    const items = athlete.reps.map((rep) => ({
      title: rep.label,
      note: rep.headline.length > 0 ? figure(rep.headline[0]) : null,
      panel: repPanel(rep, athlete, freshId("sync")),
    }));
    return el("div", { class: "athlete" }, summary(athlete), cueList(athlete.cues), comparison(athlete), items.length > 0 && tabs(athlete.all, items), norms(athlete), accuracy(athlete.checks, view.plate ? "What limited the accuracy" : "What limited the accuracy, and how to film better"));
  }

  // ---- The page
  function head() {
    const title = view.athlete_name || view.sport;
    document.title = `${title} – Plyo report`;
    document.getElementById("bar-title").textContent = title;
    return el("div", { class: "head" },
      view.athlete_name && el("p", { class: "eyebrow" }, view.sport), el("h1", {}, title),
      el("dl", { class: "facts" }, view.facts.map(([label, text]) => el("div", {}, el("dt", {}, label), el("dd", {}, text)))));
  }

  function nothingFound() {
    return [el("div", { class: "nothing", role: "status" }, el("h2", {}, "Nothing found"),
      el("p", {}, `The ${view.plate ? "file" : "clip"} was read to its end, but no ${view.sport.toLowerCase()} was found in it, so there are no figures.`)),
    section("What could be the cause", "accuracy", el("ol", { class: "causes" }, view.causes.map((cause) =>
      el("li", {}, el("p", {}, cause.finding), cause.advice && el("p", { class: "check-advice" }, cause.advice))))),
    accuracy(view.checks, "The recording")];
  }

  main.append(head());
  if (view.athletes.length === 0) main.append(...nothingFound());
  else {
    main.append(...tabs("Athletes", view.athletes.map((athlete) => ({
      title: athlete.label, note: athlete.count, panel: athletePanel(athlete),
    }))).flat());
  }
  document.getElementById("foot").append(
    el("details", { class: "provenance" }, el("summary", {}, "How these figures came about"),
      el("dl", {}, view.provenance.map(([label, text]) => el("div", {}, el("dt", {}, label), el("dd", {}, text)))),
      el("p", {}, "± is half the width of the 95\u00a0% interval, 1.96 times the standard uncertainty. Times are capture times, from the first picture of the clip.")),
    el("p", { class: "made" }, "Made by Plyo. This file holds everything it shows and asks the network for nothing."));

  for (const panel of document.querySelectorAll(".athlete")) if (!panel.hidden) reveal(panel);

  const root = document.documentElement;
  followTheme(() => {
    for (const state of charts) if (state.u && state.host.clientWidth > 0) state.draw();
  });

  // ---- Size and print
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth === width || root.classList.contains("printing")) return;
    width = window.innerWidth;
    for (const state of charts) if (state.u && state.host.clientWidth > 0 && state.host.clientWidth !== state.width) state.draw();
  });
  // What the margins of A4 and the frame leave, at 96 px an inch.
  const PAPER_WIDTH = 644;
  window.addEventListener("beforeprint", () => {
    root.classList.add("printing");
    for (const state of charts) {
      lateDraws.delete(state.host);
      state.draw(PAPER_WIDTH);
    }
    for (const details of document.querySelectorAll("details.provenance")) details.open = true;
  });
  window.addEventListener("afterprint", () => {
    root.classList.remove("printing");
    for (const state of charts) {
      if (state.host.clientWidth > 0) state.draw();
      else lateDraws.set(state.host, () => state.draw());
    }
    for (const details of document.querySelectorAll("details.provenance")) details.open = false;
  });
  document.getElementById("print-button").addEventListener("click", () => window.print());
})();
