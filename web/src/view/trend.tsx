import { memo, useEffect, useId, useMemo, useRef, useState } from "react";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { RepRow } from "../export";
import { useLanguage } from "../language";
import { displayUnitIn, formatNumber, HALF_WIDTH } from "../units";
import type { LeadMetrics } from "./figures";

type Columns = [x: number[], y: Array<number | null>, low: Array<number | null>, high: Array<number | null>];

/** A figure over the repetitions, each with its interval. */
export const Trend = memo(function Trend(props: { rows: readonly RepRow[]; metrics: LeadMetrics }) {
  const { t, name, language } = useLanguage();
  const [metricId, setMetricId] = useState(props.metrics.hero.id);
  const metric = props.metrics.headline.find((m) => m.id === metricId) ?? props.metrics.hero;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const id = useId();

  const { unit, factor, decimals } = useMemo(() => displayUnitIn(language, props.rows, metric), [language, props.rows, metric]);
  const columns = useMemo<Columns>(() => {
    const made: Columns = [[], [], [], []];
    for (const row of props.rows) {
      const found = row.rep.metrics.find((m) => m.id === metric.id);
      const value = found && found.value !== null ? found.value * factor : null;
      const half = found && "u" in found && found.u !== null ? HALF_WIDTH * found.u * factor : 0;
      made[0].push(row.number);
      made[1].push(value);
      made[2].push(value === null ? null : value - half);
      made[3].push(value === null ? null : value + half);
    }
    return made;
  }, [props.rows, metric, factor]);
  const newest = useRef(columns);
  newest.current = columns;
  const enough = columns[1].filter((v) => v !== null).length > 1;

  useEffect(() => {
    const element = place.current;
    if (!element || !enough) return;
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const draw = (): void => {
      plot.current?.destroy();
      plot.current = new UPlot(optionsOf(element, decimals, (v, d) => formatNumber(language, v, d)), newest.current, element);
    };
    draw();
    const watcher = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: element.clientHeight }));
    watcher.observe(element);
    dark.addEventListener("change", draw);
    return () => {
      watcher.disconnect();
      dark.removeEventListener("change", draw);
      plot.current?.destroy();
      plot.current = null;
    };
  }, [metric, decimals, language, enough]);
  useEffect(() => plot.current?.setData(columns), [columns]);

  return (
    <>
      <div className="trend-head">
        <h2>{t("trend")}</h2>
        <label className="visually-hidden" htmlFor={id}>{t("trend_of")}</label>
        <select id={id} value={metric.id} onChange={(e) => setMetricId(e.target.value)}>
          {props.metrics.headline.map((m) => <option key={m.id} value={m.id}>{name("metric", m.id, m.label)}</option>)}
        </select>
        <span className="muted">{unit}</span>
      </div>
      {enough ? <div className="trend-plot" ref={place} role="img" aria-label={`${t("trend_of")} ${name("metric", metric.id, metric.label)}`} /> : <p className="muted">{t(props.metrics.words.trendEmpty)}</p>}
    </>
  );
});

function optionsOf(element: HTMLElement, decimals: number, format: (value: number, decimals: number) => string): UPlot.Options {
  const style = getComputedStyle(element);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const axis = { stroke: color("--muted"), font: `13px ${style.fontFamily}`, ticks: { show: false } };
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 8, 0, 0],
    scales: {
      x: { time: false, range: (_, min, max) => [min - 0.5, max + 0.5] },
      y: { range: (_, min, max) => UPlot.rangeNum(min, max, 0.15, false) },
    },
    axes: [
      { ...axis, grid: { show: false }, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000], size: 28 },
      { ...axis, grid: { stroke: color("--grid"), width: 1 }, size: 52, splits: (plot, _, min, max) => ySplits(plot, min, max), values: (_, splits) => splits.map((v) => format(v, splits.length > 1 && splits[1]! - splits[0]! < 1 ? Math.max(1, decimals) : 0)) },
    ],
    series: [
      {},
      { stroke: color("--accent"), width: 2.5, points: { space: 4, size: 9, fill: color("--accent"), stroke: color("--surface"), width: 2 } },
      { show: true, stroke: "transparent", points: { show: false } },
      { show: true, stroke: "transparent", points: { show: false } },
    ],
    hooks: {
      // The intervals, below the line.
      drawSeries: [(plot, index) => {
        if (index !== 1) return;
        const { ctx } = plot;
        ctx.save();
        ctx.strokeStyle = color("--accent");
        ctx.globalAlpha = 0.45;
        ctx.lineWidth = 2 * devicePixelRatio;
        ctx.beginPath();
        plot.data[0].forEach((x, i) => {
          const [low, high] = [plot.data[2]?.[i], plot.data[3]?.[i]];
          if (low == null || high == null) return;
          const at = plot.valToPos(x, "x", true);
          ctx.moveTo(at, plot.valToPos(low, "y", true));
          ctx.lineTo(at, plot.valToPos(high, "y", true));
        });
        ctx.stroke();
        ctx.restore();
      }],
    },
  };
}

// A few round numbers.
function ySplits(_: UPlot, min: number, max: number): number[] {
  const rough = (max - min) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * power).find((s) => s >= rough) ?? rough;
  const splits: number[] = [];
  for (let k = Math.ceil(min / step); k * step <= max; k++) splits.push(k * step);
  return splits;
}
