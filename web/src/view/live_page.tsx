import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore, type MouseEvent } from "react";
import type { SportDescriptor } from "../catalogue";
import type { Coaching, CoachView } from "../coach/coaching";
import { download, repsToCsv, repsToJson, type RepRow } from "../export";
import { sessionFailed } from "../failures";
import { useLanguage } from "../language";
import { displayUnit, figureOf, formatNumber, leadMetrics } from "../units";
import { Voice } from "../voice";
import { bestOf, rowKey } from "./best";
import { ConnectionPanel } from "./connection_panel";
import { Figures, type Advice, type LeadMetrics } from "./figures";
import { Brand, Icon } from "./icons";
import { RepList } from "./rep_list";
import { Stage } from "./stage";
import { Trend } from "./trend";

const CUE_SHOWN_MS = 5000;
// A shorter loss is over before it could be said.
const LOSS_SAID_AFTER_MS = 1000;

// While the server may have the result all the same, nothing is lost yet.
function failureText({ failure, cameraLost, ending }: CoachView, watching: boolean, t: ReturnType<typeof useLanguage>["t"]): string | null {
  if (!failure || ending) return cameraLost ? t("camera_lost") : null;
  const key = sessionFailed(failure, watching);
  return key ? t(key) : t("failed", { why: failure.message });
}

/** The newest repetition. A step gets its figures one after the other, until the same foot's next contact: of steps it is the
    newest that waits for none any more, or has at least the one in large. */
function newestToShow(rows: readonly RepRow[], sport: SportDescriptor, metrics: LeadMetrics): RepRow | undefined {
  const has = (row: RepRow, id: string): boolean => row.rep.metrics.some((m) => m.id === id && m.value !== null);
  const waits = (row: RepRow): boolean =>
    metrics.beside.some(({ id }) => row.rep.metrics.some((m) => m.id === id && m.value === null && m.reason === "event_missing"));
  const last = sport.repeats_steps ? rows.slice(-8).reverse() : [];
  const known = last.filter((row) => has(row, metrics.hero.id));
  return known.find((row) => !waits(row)) ?? known[0] ?? rows.at(-1);
}

const FOUND_AT = new Map<string, "by_server" | "by_browser" | "by_both">([["server", "by_server"], ["browser", "by_browser"], ["both", "by_both"]]);

export function LivePage(props: { session: Coaching; sport: SportDescriptor; athlete: string; onLeave: () => void }) {
  const { session, sport } = props;
  const { t, name, language } = useLanguage();
  const view = useSyncExternalStore((w) => session.watch(w), () => session.view);
  const metrics = useMemo(() => leadMetrics(sport), [sport]);
  const [chosen, setChosen] = useState<string | null>(null);
  const voice = useRef<Voice | null>(null);
  voice.current ??= new Voice(language);
  // As the result has it: who follows did not choose it, and a session may have moved.
  const foundAt = FOUND_AT.get(view.documents.at(-1)?.provenance.options.pose ?? "");
  const ended = view.state === "ended" && !view.ending || view.documents.length > 0;
  const [muted, setMuted] = useState(() => localStorage.getItem("plyo.muted") === "1");

  useEffect(() => voice.current?.setLanguage(language), [language]);
  useEffect(() => {
    voice.current?.mute(muted);
    localStorage.setItem("plyo.muted", muted ? "1" : "0");
  }, [muted]);
  useEffect(() => {
    scrollTo(0, 0);
    return () => voice.current?.mute(true);
  }, []);

  // The screen stays on while somebody jumps.
  useEffect(() => {
    let lock: WakeLockSentinel | null = null;
    const ask = (): void => {
      if (document.visibilityState === "visible") void navigator.wakeLock?.request("screen").then((l) => { lock = l; }, () => {});
    };
    ask();
    document.addEventListener("visibilitychange", ask);
    return () => {
      document.removeEventListener("visibilitychange", ask);
      void lock?.release();
    };
  }, []);

  // A figure that is not sure yet is lost with the page, and a jump that is being made: the browser asks before it goes.
  useEffect(() => {
    if (ended || session.watching) return;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [ended, session]);

  // Said once for every repetition, when it is sure; steps come too fast for it.
  const newest = view.confirmed;
  useEffect(() => {
    if (!newest || sport.repeats_steps) return;
    const found = newest.rep.metrics.find((m) => m.id === metrics.hero.id);
    if (!found || found.value === null) return;
    const { unit, factor, decimals } = displayUnit(language, { ...metrics.hero, unit: found.unit });
    const figure = unit === "cm"
      ? t("say_cm", { n: formatNumber(language, found.value * factor, 0) })
      : `${formatNumber(language, found.value * factor, decimals)} ${unit}`;
    voice.current?.figure(figure);
  }, [newest]);

  const cueText = view.cue ? name("cue", view.cue.id, sport.cues?.find((cue) => cue.id === view.cue!.id)?.text) : null;
  const [cueGone, setCueGone] = useState(0);
  useEffect(() => {
    if (!cueText || !view.cue || view.cue.level === "info") return;
    voice.current?.say(cueText);
    const { serial } = view.cue;
    const timer = setTimeout(() => setCueGone(serial), CUE_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [view.cue?.serial]);
  const hint = view.state !== "open" ? null : view.noPicture ? t("no_picture") : view.hints?.length ? name("hint", view.hints[0]!) : null;
  useEffect(() => voice.current?.hint(hint, performance.now()), [hint]);

  // Who jumps looks elsewhere: what is jumped meanwhile counts for nothing. Another hello is no loss: there is no try to wait for.
  const lost = !session.watching && !view.ending && view.retryInMs !== null && (view.state === "reconnecting" || view.state === "waiting") && session.id !== null;
  useEffect(() => {
    if (!lost) return;
    let told = false;
    const timer = setTimeout(() => {
      told = true;
      voice.current?.say(t("reconnecting_text"));
    }, LOSS_SAID_AFTER_MS);
    return () => {
      clearTimeout(timer);
      if (told && session.view.state === "open") voice.current?.say(t("connected_again"));
    };
  }, [lost]);
  useEffect(() => { if (view.cameraLost) voice.current?.say(t("camera_lost")); }, [view.cameraLost]);

  const shown = chosen === null ? newestToShow(view.rows, sport, metrics) : view.rows.find((row) => rowKey(row) === chosen);
  const file = `plyo-${sport.id}-${new Date().toISOString().slice(0, 16).replaceAll(":", "")}`;
  const failure = failureText(view, session.watching, t);
  const framed = view.state === "open" && view.hints?.length === 0;
  const advice: Advice = ended ? { text: t("no_jumps"), tone: "plain" }
    : hint ? { text: hint, tone: "warn" }
    : framed ? { text: t(metrics.words.ready), tone: "good" }
    : { text: t(metrics.words.first), tone: "plain" };

  const choose = useCallback((key: string) => {
    const last = session.view.rows.at(-1);
    setChosen(last && key === rowKey(last) ? null : key);
  }, [session]);

  // The address stays: it may say whom this page follows.
  const skip = (event: MouseEvent): void => {
    event.preventDefault();
    document.getElementById("figures")?.focus();
  };

  const leave = (): void => {
    void session.end();
    props.onLeave();
  };

  return (
    <div className={`live${ended ? " over" : ""}`}>
      <a className="skip" href="#figures" onClick={skip}>{t("skip_to_figures")}</a>
      <header className="bar">
        <Brand />
        <h1 className="bar-title">{[name("sport", sport.id, sport.label), props.athlete].filter(Boolean).join(" · ")}</h1>
        <ConnectionPanel session={session} view={view} />
        {ended ? (
          <button type="button" className="button primary small" onClick={leave}>{t("new_session")}</button>
        ) : (
          <>
            <button type="button" className="button small icon-button" aria-pressed={!muted} title={t("voice")} onClick={() => setMuted(!muted)}>
              <Icon name={muted ? "silent" : "sound"} /><span className="button-text">{t("voice")}</span>
            </button>
            {document.fullscreenEnabled && (
              <button type="button" className="button small icon-button wide-only" title={t("full_screen")} onClick={() => void (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen())}>
                <Icon name="full" /><span className="visually-hidden">{t("full_screen")}</span>
              </button>
            )}
            {/* While the connection is away the result may never come: it need not be waited for. */}
            <button
              type="button" className="button small icon-button" disabled={view.ending && view.state === "open"}
              onClick={() => (session.watching || !session.id ? leave() : void session.end())}
            >
              <Icon name="stop" />{session.watching ? t("leave") : !view.ending ? t("end") : view.state === "open" ? t("ending") : t("end_now")}
            </button>
          </>
        )}
      </header>
      <main className="live-main">
        {!ended && <Stage session={session} view={view} hint={view.rows.length ? hint : null} cueText={view.cue && view.cue.serial > cueGone ? cueText : null} />}
        <section className="figures-area" id="figures" tabIndex={-1} aria-label={name("metric", metrics.hero.id, metrics.hero.label)}>
          {failure && <div className="trouble" role="alert"><p>{failure}</p></div>}
          <Figures row={shown} metrics={metrics} best={bestOf(view, metrics)} advice={advice} />
        </section>
        <section className="card reps-area" aria-label={t(metrics.words.list)}>
          <RepList rows={view.rows} metrics={metrics} chosen={shown ? rowKey(shown) : null} onChoose={choose} />
          {ended && view.rows.length > 0 && (
            <div className="downloads">
              <button type="button" className="button" onClick={() => download(`${file}.json`, "application/json", repsToJson(view.rows, view.documents))}>{t("download_json")}</button>
              <button type="button" className="button" onClick={() => download(`${file}.csv`, "text/csv", repsToCsv(view.rows))}>{t("download_csv")}</button>
              {view.documents.length > 0 && session.id && (
                <a className="button" href={`/v1/sessions/${session.id}/files/report.html`} download>{t("download_report")}</a>
              )}
            </div>
          )}
          {ended && (
            <p className="small-print">
              {t("intervals")}{" "}
              {foundAt && view.model && t("measured_by", { place: t(foundAt), model: view.model })}
            </p>
          )}
        </section>
        <section className="card trend-area" aria-label={t("trend")}>
          <Trend rows={view.rows} metrics={metrics} />
        </section>
      </main>
      {!sport.repeats_steps && <p className="visually-hidden" aria-live="polite">{newest ? announcement() : ""}</p>}
    </div>
  );

  function announcement(): string {
    const figure = figureOf(language, newest!.rep, metrics.hero);
    const words = figure ? `${figure.text} ${figure.unit}${figure.half ? ` ± ${figure.half}` : ""}` : t("not_known");
    return `${t(metrics.words.nth, { n: newest!.number })}: ${words}`;
  }
}
