"use strict";
// Curves with the phases shaded and the events marked, by uPlot. Colours come from the style sheet.
const PlyoCharts = (() => {
  const LINES = ["--line-1", "--line-2", "--line-3", "--line-4", "--line-5"];

  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const alpha = (hex, a) => hex + Math.round(a * 255).toString(16).padStart(2, "0");
  const font = (px, weight = 400) => `${weight} ${px}px ${css("--font")}`;

  // Between two pixels of the canvas a line of odd width is blurred.
  const crisp = (x) => Math.round(x) + 0.5;

  function shadePhases(u, phases) {
    const { ctx } = u;
    const { left, top, width, height } = u.bbox;
    for (const phase of phases) {
      const x0 = Math.max(left, u.valToPos(phase.begin, "x", true));
      const x1 = Math.min(left + width, u.valToPos(phase.end, "x", true));
      if (x1 <= x0) continue;
      ctx.fillStyle = alpha(phase.color, 0.13);
      ctx.fillRect(x0, top, x1 - x0, height);
    }
  }

  // Along the upper edge, over the grid.
  function edgePhases(u, phases) {
    const { ctx } = u;
    const { left, top, width } = u.bbox;
    for (const phase of phases) {
      const x0 = Math.max(left, u.valToPos(phase.begin, "x", true));
      const x1 = Math.min(left + width, u.valToPos(phase.end, "x", true));
      if (x1 <= x0) continue;
      ctx.fillStyle = phase.color;
      ctx.fillRect(x0, top, x1 - x0, 4 * u.pxRatioUsed);
    }
  }

  function drawEvent(u, event, x) {
    const { ctx } = u;
    const { top, height } = u.bbox;
    const half = u.valToPos(event.t + event.half, "x", true) - x;
    ctx.fillStyle = alpha(css("--event"), 0.22);
    ctx.fillRect(x - half, top, 2 * half, height);
    ctx.strokeStyle = css("--event");
    ctx.lineWidth = u.pxRatioUsed;
    ctx.setLineDash(event.key ? [] : [3 * u.pxRatioUsed, 3 * u.pxRatioUsed]);
    ctx.beginPath();
    ctx.moveTo(crisp(x), top);
    ctx.lineTo(crisp(x), top + height);
    ctx.stroke();
    ctx.setLineDash([]);
  }

  // The label goes to the lowest row in which it touches no other; where there is none its number does.
  function labelEvent(u, event, x, rows) {
    const { ctx } = u;
    const { left, top, width } = u.bbox;
    const px = u.pxRatioUsed;
    ctx.font = font(11 * px, event.key ? 600 : 400);
    for (const text of event.key || u.labelRows > 2 ? [event.label, String(event.number)] : [String(event.number)]) {
      const w = ctx.measureText(text).width;
      const from = Math.min(Math.max(x - w / 2, left), left + width - w);
      const row = rows.findIndex((taken) => taken.every(([a, b]) => from + w + 8 * px < a || from > b + 8 * px));
      if (row < 0) continue;
      rows[row].push([from, from + w]);
      const y = top - 6 * px - row * 14 * px;
      ctx.fillStyle = css(event.key ? "--text" : "--muted");
      ctx.textAlign = "left";
      ctx.textBaseline = "alphabetic";
      ctx.fillText(text, from, y);
      return;
    }
  }

  function markEvents(u, events, labelled) {
    const { left, width } = u.bbox;
    const rows = Array.from({ length: u.labelRows }, () => []);
    u.ctx.save();
    const seen = events.map((event) => [event, u.valToPos(event.t, "x", true)]).filter(([, x]) => x >= left && x <= left + width);
    for (const [event, x] of seen) drawEvent(u, event, x);
    // Those with a picture of their own have the first choice.
    if (labelled) for (const key of [true, false]) for (const [event, x] of seen) if (event.key === key) labelEvent(u, event, x, rows);
    u.ctx.restore();
  }

  function markExtension(u, extension) {
    const { ctx } = u;
    const px = u.pxRatioUsed;
    ctx.save();
    for (const joint of extension.joints) {
      const index = u.series.findIndex((s) => s.plyoId === joint.series);
      if (index < 0) continue;
      const color = css(LINES[(index - 1) % LINES.length]);
      for (const [t, value] of [[extension.begin, joint.from], [extension.end, joint.to]]) {
        ctx.beginPath();
        ctx.arc(u.valToPos(t, "x", true), u.valToPos(value, "y", true), 4.5 * px, 0, 2 * Math.PI);
        ctx.fillStyle = css("--surface");
        ctx.fill();
        ctx.lineWidth = 2.5 * px;
        ctx.strokeStyle = color;
        ctx.stroke();
      }
    }
    ctx.restore();
  }

  // A figure in doubt.
  function ring(u, x, y, color) {
    const { ctx } = u;
    ctx.save();
    ctx.fillStyle = css("--surface");
    ctx.strokeStyle = color;
    ctx.lineWidth = 1.5 * window.devicePixelRatio;
    ctx.beginPath();
    ctx.arc(u.valToPos(x, "x", true), u.valToPos(y, "y", true), 4 * window.devicePixelRatio, 0, 2 * Math.PI);
    ctx.fill();
    ctx.stroke();
    ctx.restore();
  }

  // Names at the ends of the curves: they tell them apart where colours do not.
  function nameCurves(u) {
    const { ctx } = u;
    const px = u.pxRatioUsed;
    const named = [];
    for (let i = 1; i < u.series.length; ++i) {
      const values = u.data[i];
      let last = values.length - 1;
      while (last >= 0 && (values[last] === null || values[last] === undefined || u.data[0][last] > u.scales.x.max)) --last;
      if (last >= 0) named.push({ text: u.series[i].label, y: u.valToPos(values[last], "y", true), color: css(LINES[(i - 1) % LINES.length]) });
    }
    named.sort((a, b) => a.y - b.y);
    for (let i = 1; i < named.length; ++i) named[i].y = Math.max(named[i].y, named[i - 1].y + 14 * px);
    ctx.save();
    ctx.font = font(12 * px, 600);
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    for (const name of named) {
      ctx.fillStyle = name.color;
      ctx.fillText(name.text, u.bbox.left + u.bbox.width + 7 * px, Math.min(name.y, u.bbox.top + u.bbox.height - 6 * px));
    }
    ctx.restore();
  }

  const GRAB_PX = 5;

  // The event whose line is under the pointer, the nearest one.
  function eventAt(u, events, clientX) {
    const x = clientX - u.over.getBoundingClientRect().left;
    const near = events.map((event) => [Math.abs(u.valToPos(event.t, "x") - x), event]).sort(([a], [b]) => a - b)[0];
    return near && near[0] <= GRAB_PX ? near[1] : null;
  }

  // A line that is taken with the pointer follows it; elsewhere the pointer zooms.
  function letEventsBeMoved(u, events, onMove, handler) {
    u.over.addEventListener("pointermove", (e) => {
      if (e.buttons === 0) u.over.style.cursor = eventAt(u, events, e.clientX) ? "ew-resize" : "";
    });
    return (e) => {
      const event = e.button === 0 ? eventAt(u, events, e.clientX) : null;
      if (!event) return handler(e);
      const left = u.over.getBoundingClientRect().left;
      const move = (to) => onMove(event, u.posToVal(to.clientX - left, "x"));
      const end = () => {
        document.removeEventListener("pointermove", move);
        document.removeEventListener("pointerup", end);
        document.removeEventListener("pointercancel", end);
      };
      document.addEventListener("pointermove", move);
      document.addEventListener("pointerup", end);
      document.addEventListener("pointercancel", end);
      return null;
    };
  }

  function axis(label, size) {
    return {
      stroke: css("--muted"), font: font(11), size, gap: 4, label, labelSize: label ? 16 : 0, labelFont: font(11),
      grid: { stroke: css("--grid"), width: 1 }, ticks: { show: false },
    };
  }

  // chart: {title, unit, decimals, t, series, zero_line, extension?}; rep: {phases, events}.
  function make(host, chart, rep, options) {
    const { width } = options;
    const narrow = width < 560;
    const labelRows = narrow ? 2 : 3;
    const labelled = options.first;
    const several = chart.series.length > 1;
    const series = chart.series.map((s, i) => ({
      label: s.label, plyoId: s.id, stroke: css(LINES[i % LINES.length]), width: 2.25,
      points: { show: false }, spanGaps: false,
    }));
    const data = [chart.t, ...chart.series.map((s) => s.values)];
    const u = new uPlot({
      width,
      height: (options.paper ? 150 : narrow ? 190 : 220) + (chart.extension && !narrow ? 60 : 0) + (labelled ? 14 * labelRows : 0),
      padding: [labelled ? 14 * labelRows + 6 : 10, options.named ? 52 : 14, 0, 0],
      scales: { x: { time: false } },
      legend: { show: false },
      cursor: {
        sync: { key: options.sync }, y: false, drag: { x: true, y: false, setScale: true },
        points: { size: 9, width: 2, fill: css("--surface") },
        bind: { mousedown: (self, _, handler) => letEventsBeMoved(self, rep.events, options.onMoveEvent, handler) },
      },
      axes: [
        { ...axis(null, 26), values: (_, ticks) => ticks.map((t) => t.toFixed(ticks.length > 1 && ticks[1] - ticks[0] < 0.1 ? 2 : 1) + " s") },
        { ...axis(null, 46) },
      ],
      series: [{}, ...series],
      hooks: {
        drawClear: [(self) => shadePhases(self, rep.phases)],
        draw: [
          (self) => {
            if (chart.zero_line) {
              const { ctx } = self;
              const y = self.valToPos(0, "y", true);
              if (y > self.bbox.top && y < self.bbox.top + self.bbox.height) {
                ctx.save();
                ctx.strokeStyle = css("--muted");
                ctx.lineWidth = self.pxRatioUsed;
                ctx.beginPath();
                ctx.moveTo(self.bbox.left, crisp(y));
                ctx.lineTo(self.bbox.left + self.bbox.width, crisp(y));
                ctx.stroke();
                ctx.restore();
              }
            }
            edgePhases(self, rep.phases);
            markEvents(self, rep.events, labelled);
            if (chart.extension) markExtension(self, chart.extension);
            if (several) nameCurves(self);
          },
        ],
        setCursor: [(self) => options.onCursor(self, self.cursor.idx)],
        init: [(self) => { self.pxRatioUsed = window.devicePixelRatio; self.labelRows = labelRows; }],
      },
    }, data, host);
    return u;
  }

  return { make, css, alpha, axis, crisp, font, ring, LINES };
})();
