import type { CSSProperties } from "react";
import type { MetricDescriptor } from "../catalogue";
import type { RepRow } from "../export";
import { useLanguage } from "../language";
import { figureOf, type Words } from "../units";
import { Icon } from "./icons";
import { rowKey } from "./best";

export interface LeadMetrics {
  hero: MetricDescriptor;
  beside: MetricDescriptor[];
  headline: MetricDescriptor[];
  words: Words;
}

/** What the athlete is told before the first jump. */
export interface Advice {
  text: string;
  tone: "plain" | "good" | "warn";
}

/** The figures of one repetition, to be read from where the athlete stands; before the first, what to do. */
export function Figures(props: { row: RepRow | undefined; metrics: LeadMetrics; best: string | null; advice: Advice }) {
  const { t, name, language } = useLanguage();
  const { row, metrics } = props;
  const hero = row ? figureOf(language, row.rep, metrics.hero) : null;
  const provisional = row?.rep.status === "provisional";
  return (
    <div className={`figures${provisional ? " provisional" : ""}`}>
      <div className="hero" key={row ? rowKey(row) : "none"}>
        <div className="hero-head">
          <h2 className={row ? undefined : "visually-hidden"}>{name("metric", metrics.hero.id, metrics.hero.label)}</h2>
          {row && <p className="hero-note">{t(metrics.words.nth, { n: row.number })}{provisional ? ` · ${t("provisional")}` : ""}</p>}
        </div>
        {hero ? (
          <p className="hero-figure" style={{ "--digits": hero.text.length, "--beside": Math.max(hero.unit.length, (hero.half?.length ?? 0) + 2) } as CSSProperties}>
            <span className="hero-number">{hero.text}</span>
            <span className="hero-side">
              <span className="hero-unit">{hero.unit}</span>
              {hero.half && <span className="hero-half">±&nbsp;{hero.half}</span>}
            </span>
          </p>
        ) : (
          <p className={`hero-advice ${row ? "plain" : props.advice.tone}`} role="status">
            {!row && props.advice.tone !== "plain" && <Icon name={props.advice.tone === "good" ? "check" : "warn"} />}
            {row ? t("not_known") : props.advice.text}
          </p>
        )}
        {row && props.best === rowKey(row) && <p className="hero-best">{t("best")}</p>}
      </div>
      <dl className="beside">
        {metrics.beside.map((metric) => {
          const figure = row ? figureOf(language, row.rep, metric) : null;
          return (
            <div key={metric.id} className="beside-item">
              <dt>{name("metric", metric.id, metric.label)}</dt>
              <dd>
                {figure ? (
                  <>
                    <span className="beside-number">{figure.text}</span>
                    {figure.unit && <span className="beside-unit">{figure.unit}</span>}
                    {figure.half && <span className="beside-half">±&nbsp;{figure.half}</span>}
                  </>
                ) : <span className="beside-number none">–<span className="visually-hidden">{row ? t("not_known") : ""}</span></span>}
              </dd>
            </div>
          );
        })}
      </dl>
    </div>
  );
}
