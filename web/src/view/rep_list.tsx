import { memo, useMemo } from "react";
import type { MetricDescriptor } from "../catalogue";
import type { RepRow } from "../export";
import { useLanguage } from "../language";
import { figureOf } from "../units";
import type { LeadMetrics } from "./figures";
import { bestOf, rowKey } from "./best";

// A run of half an hour has thousands of steps; the files have all of them.
const MOST_SHOWN = 100;

/** The newest repetitions with their first figure, newest first; one is chosen. */
export const RepList = memo(function RepList(props: { rows: readonly RepRow[]; metrics: LeadMetrics; chosen: string | null; onChoose: (key: string) => void }) {
  const { t } = useLanguage();
  const { rows, metrics } = props;
  const { hero } = metrics;
  const best = bestOf({ rows }, metrics);
  const { several, top } = useMemo(() => ({
    several: rows.some((row) => row.trackId !== rows[0]!.trackId),
    top: rows.reduce((most, { rep }) => Math.max(most, rep.metrics.find((m) => m.id === hero.id)?.value ?? 0), Number.EPSILON),
  }), [rows, hero]);
  const shown = rows.slice(-MOST_SHOWN).reverse();
  const earlier = rows.length - shown.length;
  return (
    <>
      <h2>{t(metrics.words.list)}<span className="count">{rows.length || ""}</span></h2>
      {rows.length === 0 ? <p className="muted">{t("no_jumps")}</p> : (
        <ol className="reps" reversed start={rows.length}>
          {shown.map((row) => {
            const key = rowKey(row);
            return (
              <Item
                key={key} row={row} hero={hero} top={top} several={several} best={key === best && rows.length > 1} chosen={key === props.chosen}
                onChoose={props.onChoose}
              />
            );
          })}
        </ol>
      )}
      {earlier > 0 && <p className="muted small-print">{t("earlier", { n: earlier })}</p>}
    </>
  );
});

const Item = memo(function Item(props: {
  row: RepRow; hero: MetricDescriptor; top: number; several: boolean; best: boolean; chosen: boolean; onChoose: (key: string) => void;
}) {
  const { t, language } = useLanguage();
  const { row } = props;
  const figure = figureOf(language, row.rep, props.hero);
  return (
    <li>
      <button type="button" className="rep" aria-pressed={props.chosen} onClick={() => props.onChoose(rowKey(row))}>
        <span className="rep-number">{row.number}</span>
        <span className="rep-figure">
          {figure ? <>{figure.text}&nbsp;<span className="rep-unit">{figure.unit}</span>{figure.half && <span className="rep-half">±&nbsp;{figure.half}</span>}</> : t("not_known")}
        </span>
        <span className="rep-tags">
          {props.several && <span className="tag">{t("athlete_n", { n: row.trackId })}</span>}
          {row.rep.status === "provisional" && <span className="tag">{t("provisional")}</span>}
          {props.best && <span className="tag strong">{t("best")}</span>}
        </span>
        <progress className="rep-bar" max={1} value={figure ? figure.value / props.top : 0} aria-hidden="true" />
      </button>
    </li>
  );
});
