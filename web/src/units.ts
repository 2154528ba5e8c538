import type { MetricMessage, Rep } from "plyo";
import type { MetricDescriptor, SportDescriptor } from "./catalogue";
import type { RepRow } from "./export";
import { translate, translateId, type Language, type StringKey } from "./strings";

/** Half of a 95 % interval, in standard uncertainties. */
export const HALF_WIDTH = 1.96;

export interface DisplayUnit {
  unit: string;
  factor: number;
  decimals: number;
}

/** As the report shows it: centimetres and milliseconds where metres and seconds are too coarse. */
export function displayUnit(language: Language, metric: Pick<MetricDescriptor, "unit" | "decimals" | "max">): DisplayUnit {
  if (metric.unit === "m" && (metric.max ?? 0) <= 3) return { unit: "cm", factor: 100, decimals: Math.max(0, metric.decimals - 2) };
  if (metric.unit === "s" && ((metric.max ?? 0) <= 10 || metric.decimals >= 3)) return { unit: "ms", factor: 1000, decimals: Math.max(0, metric.decimals - 3) };
  if (metric.unit === "deg") return { unit: "°", factor: 1, decimals: metric.decimals };
  if (metric.unit === "body_height") return { unit: translate(language, "unit_body_height"), factor: 1, decimals: 2 };
  if (metric.unit === "1") return { unit: "", factor: 1, decimals: metric.decimals };
  return { unit: translateId(language, "unit", metric.unit) ?? metric.unit, factor: 1, decimals: metric.decimals };
}

/** The same of what the repetitions have: lengths are in body heights where the athlete's is not known. */
export function displayUnitIn(language: Language, rows: readonly RepRow[], metric: MetricDescriptor): DisplayUnit {
  for (const { rep } of rows) {
    const found = rep.metrics.find((m) => m.id === metric.id);
    if (found && found.value !== null) return displayUnit(language, { ...metric, unit: found.unit });
  }
  return displayUnit(language, metric);
}

export interface Figure {
  text: string;
  unit: string;
  /** Half of the 95 % interval in the same unit, without its sign; null where it is not known. */
  half: string | null;
  value: number;
}

// To make one takes longer than to use it a hundred times.
const formats = new Map<string, Intl.NumberFormat>();

export function formatNumber(language: Language, value: number, decimals: number): string {
  const key = `${language} ${decimals}`;
  let format = formats.get(key);
  if (!format) formats.set(key, format = new Intl.NumberFormat(language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals, signDisplay: "negative" }));
  return format.format(value).replace("-", "\u2212");
}

/** A figure of a movement that is going on: coarse, so without digits that say nothing. */
export function risingText(language: Language, metric: MetricMessage): string {
  const { unit, factor, decimals } = displayUnit(language, { unit: metric.unit, decimals: 2, max: 3 });
  return `${formatNumber(language, metric.value * factor, decimals)}\u00a0${unit}`;
}

/** Null where the repetition has no such figure. */
export function figureOf(language: Language, rep: Rep, metric: MetricDescriptor): Figure | null {
  const found = rep.metrics.find((m) => m.id === metric.id);
  if (!found || found.value === null) return null;
  const { unit, factor, decimals } = displayUnit(language, { ...metric, unit: found.unit });
  const half = "u" in found && found.u !== null ? HALF_WIDTH * found.u * factor : null;
  return {
    text: formatNumber(language, found.value * factor, decimals),
    unit,
    half: half === null ? null : formatNumber(language, half, half > 0 && half < 0.5 * 10 ** -decimals ? decimals + 1 : decimals),
    value: found.value,
  };
}

/** What the repetitions of a sport are called; of steps none is the best. */
export interface Words {
  list: StringKey;
  nth: StringKey;
  first: StringKey;
  ready: StringKey;
  trendEmpty: StringKey;
  best: boolean;
}
const JUMPS: Words = { list: "jumps", nth: "jump_n", first: "first_jump", ready: "ready_to_jump", trendEmpty: "trend_empty", best: true };
const STEPS: Words = { list: "steps", nth: "step_n", first: "first_step", ready: "ready_to_run", trendEmpty: "trend_empty_steps", best: false };

/** The figure of a sport that stands largest, and the few beside it. */
export function leadMetrics(sport: SportDescriptor): { hero: MetricDescriptor; beside: MetricDescriptor[]; headline: MetricDescriptor[]; words: Words } {
  const each = sport.metrics.filter((m) => !m.of_summary);
  const headline = each.filter((m) => m.headline);
  const [hero, ...rest] = headline.length ? headline : each;
  return { hero: hero!, beside: rest.slice(0, 4), headline: [hero!, ...rest], words: sport.repeats_steps ? STEPS : JUMPS };
}
