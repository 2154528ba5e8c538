"use strict";
(() => {
  const view = JSON.parse(document.getElementById("data").textContent);
  const main = document.getElementById("main");
  const { el, section, followTheme } = PlyoPage;
  const { css, axis, ring } = PlyoCharts;
  const charts = [];

  // Means with their SD, the band of what is too small to matter about the first one.
  function draw(host, trend) {
    host.replaceChildren();
    const at = trend.sessions.map((_, i) => i);
    const means = trend.sessions.map((s) => s.mean);
    const first = means.find((mean) => mean !== null);
    const lows = trend.sessions.map((s) => s.mean === null ? null : s.mean - (s.sd ?? 0));
    const highs = trend.sessions.map((s) => s.mean === null ? null : s.mean + (s.sd ?? 0));
    const u = new uPlot({
      width: host.clientWidth,
      height: 220,
      padding: [10, 24, 0, 0],
      scales: {
        x: { time: false, range: [-0.4, at.length - 0.6] },
        y: { range: (_, min, max) => { const room = 0.15 * (max - min || Math.abs(max) || 1); return [min - room, max + room]; } },
      },
      legend: { show: false },
      cursor: { show: false },
      axes: [
        { ...axis(null, 26), splits: at, values: (_, ticks) => ticks.map((i) => trend.sessions[i]?.label ?? "") },
        { ...axis(null, 52) },
      ],
      series: [{},
        { stroke: css("--line-1"), width: 2.25, points: { show: true, size: 8, fill: css("--line-1") }, spanGaps: true },
        { stroke: "transparent", points: { show: false } }, { stroke: "transparent", points: { show: false } }],
      hooks: {
        drawClear: [(self) => {
          if (trend.swc === null || first === undefined) return;
          const top = self.valToPos(first + trend.swc, "y", true);
          const bottom = self.valToPos(first - trend.swc, "y", true);
          self.ctx.fillStyle = css("--grid");
          self.ctx.fillRect(self.bbox.left, top, self.bbox.width, Math.max(1, bottom - top));
        }],
        draw: [(self) => {
          const { ctx } = self;
          ctx.save();
          ctx.strokeStyle = css("--line-1");
          ctx.lineWidth = 1.5 * window.devicePixelRatio;
          for (const i of at) {
            if (means[i] === null || lows[i] === highs[i]) continue;
            const x = self.valToPos(i, "x", true);
            ctx.beginPath();
            ctx.moveTo(x, self.valToPos(lows[i], "y", true));
            ctx.lineTo(x, self.valToPos(highs[i], "y", true));
            ctx.stroke();
          }
          ctx.restore();
          for (const i of at) if (means[i] !== null && trend.sessions[i].doubt) ring(self, i, means[i], css("--line-1"));
        }],
      },
    }, [at, means, lows, highs], host);
    return u;
  }

  function table(trend) {
    const head = ["Session", "n", "Mean", "SD", "Best", "Since the first", "±\u00a095\u00a0%", ""];
    return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `Table of ${trend.label}` }, el("table", {},
      el("thead", {}, el("tr", {}, head.map((title, i) => el("th", { scope: "col", class: i > 0 && i < 7 ? "r" : null }, title)))),
      el("tbody", {}, trend.sessions.map((s) => el("tr", {}, el("th", { scope: "row" }, s.label), el("td", { class: "r num dim" }, s.n),
        [s.texts.mean, s.texts.sd, s.texts.best, s.texts.change, s.texts.half].map((text) => el("td", { class: "r num" }, text ?? "")),
        el("td", { class: "wide" }, s.doubt || (s.kind === "unknown" ? "" : s.kind)))))));
  }

  function trendBlock(trend) {
    const host = el("div", { class: "chart", role: "img",
      "aria-label": `${trend.label}: ${trend.sessions.map((s) => `${s.label} ${s.texts.mean ?? "none"} ${trend.unit}${s.doubt && ` (${s.doubt})`}`).join(", ")}` });
    charts.push({ host, trend });
    return section(trend.unit ? `${trend.label}, ${trend.unit}` : trend.label, "trend", host, table(trend),
      trend.scatter && el("p", { class: "hint" }, trend.scatter));
  }

  document.title = `${view.title} – Plyo comparison`;
  document.getElementById("bar-title").textContent = view.title;
  main.append(el("div", { class: "head" }, el("p", { class: "eyebrow" }, view.sport), el("h1", {}, view.title),
    view.doubts.map((doubt) => el("p", { class: "hint" }, doubt))));
  for (const athlete of view.athletes) {
    if (athlete.label) main.append(el("h2", { class: "panel-title" }, athlete.label));
    for (const trend of athlete.trends) main.append(trendBlock(trend));
  }
  document.getElementById("foot").append(el("p", { class: "hint" }, view.method));

  const drawAll = () => { for (const chart of charts) draw(chart.host, chart.trend); };
  drawAll();
  followTheme(drawAll);
  window.addEventListener("resize", drawAll);
  document.getElementById("print-button").addEventListener("click", () => window.print());
})();
