import type { CoachView } from "../coach/coaching";
import type { LeadMetrics } from "./figures";

export function rowKey(row: { session: string; rep: { index: number } }): string {
  return `${row.session}/${row.rep.index}`;
}

// Under these a figure may be wrong by more than it says; one such height would stay the best for good.
const DOUBTFUL = new Set(["implausible", "outside_bounds", "suspected_slow_motion"]);

/** Which row has the best confirmed figure, where one is better than another. */
export function bestOf(view: Pick<CoachView, "rows">, metrics: LeadMetrics): string | null {
  const { id: metric, better } = metrics.hero;
  if (!metrics.words.best || !better) return null;
  const sign = better === "more" ? 1 : -1;
  let best: { key: string; value: number } | null = null;
  for (const row of view.rows) {
    const found = row.rep.metrics.find((m) => m.id === metric);
    const counts = row.rep.status === "confirmed" && ![...row.rep.flags, ...(found?.flags ?? [])].some((flag) => DOUBTFUL.has(flag));
    const value = counts ? found?.value : null;
    if (typeof value === "number" && (!best || sign * (value - best.value) > 0)) best = { key: rowKey(row), value };
  }
  return best?.key ?? null;
}
