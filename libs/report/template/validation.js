"use strict";
(() => {
  const view = JSON.parse(document.getElementById("data").textContent);
  const main = document.getElementById("main");
  const { el, section, followTheme } = PlyoPage;
  const { alpha, axis, crisp, css, font, ring, LINES } = PlyoCharts;

  // Bias and limits of agreement, each in the band of its confidence interval.
  function drawLines(u, lines) {
    const { ctx } = u;
    const { left, width } = u.bbox;
    const px = window.devicePixelRatio;
    ctx.save();
    for (const line of lines) {
      const color = css(line.label === "bias" ? LINES[0] : LINES[1]);
      if (line.low !== null) {
        const top = u.valToPos(line.high, "y", true);
        ctx.fillStyle = alpha(color, 0.12);
        ctx.fillRect(left, top, width, u.valToPos(line.low, "y", true) - top);
      }
      const y = u.valToPos(line.at, "y", true);
      ctx.strokeStyle = color;
      ctx.lineWidth = px;
      ctx.setLineDash(line.label === "bias" ? [] : [5 * px, 4 * px]);
      ctx.beginPath();
      ctx.moveTo(left, crisp(y));
      ctx.lineTo(left + width, crisp(y));
      ctx.stroke();
      ctx.setLineDash([]);
      ctx.font = font(11 * px, 600);
      ctx.fillStyle = color;
      ctx.textAlign = "left";
      ctx.textBaseline = "middle";
      ctx.fillText(line.label, left + width + 6 * px, y - 7 * px);
      ctx.fillText(line.text, left + width + 6 * px, y + 7 * px);
    }
    ctx.restore();
  }

  const wide = (low, high) => {
    const margin = 0.08 * (high - low) || Math.abs(high) * 0.1 || 1;
    return [low - margin, high + margin];
  };

  const charts = new Set();
  function plot(data) {
    const unit = data.unit ? `, ${data.unit}` : "";
    const readout = el("p", { class: "readout", "aria-live": "off" });
    const told = data.lines.map((line) => `${line.label} ${line.text}`).join(", ");
    const doubtful = data.doubts.filter(Boolean).length;
    const host = el("div", { class: "chart", tabindex: "0", role: "img",
      "aria-label": `${data.title}: difference between video and plate against their mean${unit}, ${data.mean.length} pairs${doubtful > 0 ? `, ${doubtful} in doubt` : ""}. ${told}.` });
    const reach = [...data.difference, ...data.lines.flatMap((line) => [line.at, line.low, line.high])].filter((v) => v !== null);
    const state = { host, u: null };
    state.draw = (paperWidth) => {
      if (state.u) state.u.destroy();
      state.width = paperWidth || host.clientWidth;
      state.u = new uPlot({
        width: state.width,
        height: 260,
        padding: [12, 62, 0, 0],
        scales: {
          x: { time: false, range: () => wide(data.mean[0], data.mean[data.mean.length - 1]) },
          y: { range: () => wide(Math.min(...reach), Math.max(...reach)) },
        },
        legend: { show: false },
        cursor: { drag: { x: false, y: false } },
        axes: [{ ...axis(`Mean of video and plate${unit}`, 28) }, { ...axis(`Video − plate${unit}`, 46) }],
        series: [{}, {
          label: data.title, stroke: css("--text"), paths: () => null,
          points: { show: true, size: 7, stroke: css("--text"), fill: alpha(css("--accent"), 0.55) },
        }],
        hooks: {
          drawClear: [(u) => drawLines(u, data.lines)],
          draw: [(u) => data.doubts.forEach((doubt, i) => { if (doubt) ring(u, data.mean[i], data.difference[i], css("--text")); })],
          setCursor: [(u) => {
            const i = u.cursor.idx;
            readout.textContent = i === null || i === undefined ? "" :
              `${data.names[i]}: ${data.mean[i].toFixed(data.decimals)}, ${data.difference[i] > 0 ? "+" : ""}${data.difference[i].toFixed(data.decimals)}${data.doubts[i] && `, ${data.doubts[i]}`}`;
          }],
        },
      }, [data.mean, data.difference], host);
    };
    charts.add(state);
    return el("div", { class: "chart-block" },
      el("div", { class: "chart-head" }, el("h3", {}, data.title, el("span", { class: "chart-unit" }, data.unit)), readout), host);
  }

  function agreement() {
    return section("Agreement", "agreement", el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Table of agreement" }, el("table", {},
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Figure"), view.columns.map((title) => el("th", { scope: "col", class: "r" }, title)))),
      el("tbody", {}, view.rows.map((row) => el("tr", {},
        el("th", { scope: "row" }, row.label, row.unit && el("span", { class: "th-unit" }, row.unit), row.doubt && el("span", { class: "class" }, row.doubt)),
        row.cells.map((cell) => el("td", { class: "r num" }, cell.text, cell.interval && el("span", { class: "class" }, cell.interval)))))))),
    el("p", { class: "hint" }, "Differences are video minus plate. Below a figure stands its 95\u00a0% confidence interval. Limits of agreement are bias ± 1.96 SD (Bland & Altman 1986, 1999); ICC(2,1) after Shrout & Fleiss (1979) and McGraw & Wong (1996); typical error SD/√2 (Hopkins 2000). Repetitions of one athlete are not independent: intervals hold for as many athletes as repetitions."));
  }

  function recordings() {
    return section("What was paired", "recordings", el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Table of recordings" }, el("table", {},
      el("thead", {}, el("tr", {}, ["Athlete", "Video", "Plate", "Paired", "Clocks apart", "Without a partner", "Excluded"].map((title) => el("th", { scope: "col" }, title)))),
      el("tbody", {}, view.recordings.map((one) => el("tr", {}, el("td", {}, one.athlete), el("td", {}, one.video), el("td", {}, one.force),
        el("td", { class: "num" }, one.pairs), el("td", { class: "num" }, one.offset, one.ambiguous && el("span", { class: "class" }, "another offset would pair as many")),
        el("td", {}, one.unpaired.join(", ")), el("td", {}, one.excluded.join(", "))))))));
  }

  document.title = `${view.title} – Plyo report`;
  document.getElementById("bar-title").textContent = view.title;
  main.append(el("div", { class: "head" }, el("h1", {}, view.title),
    el("dl", { class: "facts" }, view.facts.map(([label, text]) => el("div", {}, el("dt", {}, label), el("dd", {}, text)))),
    view.doubts.map((doubt) => el("p", { class: "hint" }, doubt))));
  if (view.rows.length > 0) {
    main.append(agreement(), section("Bland-Altman plots", "plots", el("div", { class: "plot-grid" }, view.plots.map(plot))));
  } else {
    main.append(el("div", { class: "nothing", role: "status" }, el("h2", {}, "Nothing paired"), el("p", {}, "No repetition of a video is one of the plate's.")));
  }
  main.append(recordings());
  document.getElementById("foot").append(
    el("details", { class: "provenance" }, el("summary", {}, "How these figures came about"),
      el("dl", {}, view.provenance.map(([label, text]) => el("div", {}, el("dt", {}, label), el("dd", {}, text))))),
    el("p", { class: "made" }, "Made by Plyo. This file holds everything it shows and asks the network for nothing."));

  const drawAll = (paperWidth) => { for (const state of charts) state.draw(paperWidth); };
  drawAll();
  followTheme(() => drawAll());
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    drawAll();
  });
  // What the margins of A4 and the frame leave, at 96 px an inch.
  const PAPER_WIDTH = 644;
  window.addEventListener("beforeprint", () => {
    document.documentElement.classList.add("printing");
    drawAll(PAPER_WIDTH);
  });
  window.addEventListener("afterprint", () => {
    document.documentElement.classList.remove("printing");
    drawAll();
  });
  document.getElementById("print-button").addEventListener("click", () => window.print());
})();
