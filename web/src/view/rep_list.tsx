import type { RepRow } from "../export";
import { useLanguage } from "../language";
import { figureOf } from "../units";
import type { LeadMetrics } from "./figures";
import { bestOf, rowKey } from "./live_page";

/** Every repetition with its first figure, newest first; one is chosen. */
export function RepList(props: { rows: readonly RepRow[]; metrics: LeadMetrics; chosen: string | null; onChoose: (key: string) => void }) {
  const { t, language } = useLanguage();
  const { hero } = props.metrics;
  const best = bestOf({ rows: props.rows }, props.metrics);
  const several = new Set(props.rows.map((row) => row.trackId)).size > 1;
  const values = props.rows.flatMap((row) => figureOf(language, row.rep, hero)?.value ?? []);
  const top = Math.max(...values, Number.EPSILON);
  return (
    <>
      <h2>{t(props.metrics.words.list)}<span className="count">{props.rows.length || ""}</span></h2>
      {props.rows.length === 0 ? <p className="muted">{t("no_jumps")}</p> : (
        <ol className="reps" reversed>
          {[...props.rows].reverse().map((row) => {
            const key = rowKey(row);
            const figure = figureOf(language, row.rep, hero);
            return (
              <li key={key}>
                <button type="button" className="rep" aria-pressed={key === props.chosen} onClick={() => props.onChoose(key)}>
                  <span className="rep-number">{row.number}</span>
                  <span className="rep-figure">
                    {figure ? <>{figure.text}&nbsp;<span className="rep-unit">{figure.unit}</span>{figure.half && <span className="rep-half">±&nbsp;{figure.half}</span>}</> : t("not_known")}
                  </span>
                  <span className="rep-tags">
                    {several && <span className="tag">{t("athlete_n", { n: row.trackId })}</span>}
                    {row.rep.status === "provisional" && <span className="tag">{t("provisional")}</span>}
                    {key === best && props.rows.length > 1 && <span className="tag strong">{t("best")}</span>}
                  </span>
                  <progress className="rep-bar" max={1} value={figure ? figure.value / top : 0} aria-hidden="true" />
                </button>
              </li>
            );
          })}
        </ol>
      )}
    </>
  );
}
