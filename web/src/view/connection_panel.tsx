import { useId, useRef, useState } from "react";
import type { Timing } from "plyo";
import { isReachable, watchUrl } from "../address";
import type { Coaching, CoachView } from "../coach/coaching";
import { useLanguage } from "../language";
import type { StringKey } from "../strings";
import { formatNumber } from "../units";
import { Segments } from "./start_page";

const STATES: Readonly<Record<CoachView["state"], StringKey>> = {
  connecting: "connecting", open: "live", reconnecting: "reconnecting", waiting: "waiting", ended: "ended",
};
const STAGES = ["queue", "decode", "pose", "analysis", "total"] as const satisfies ReadonlyArray<keyof Timing>;

/** Connection and delay as they are; opens where the milliseconds go. */
export function ConnectionPanel({ session, view }: { session: Coaching; view: CoachView }) {
  const { t, language } = useLanguage();
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const show = (): void => {
    dialog.current?.showModal();
    title.current?.focus(); // it is read from the top
  };
  const ms = (value: number | null | undefined): string => (value === null || value === undefined ? "–" : `${formatNumber(language, value, value < 10 ? 1 : 0)} ms`);
  const { timing, delayMs } = view;
  const open = view.state === "open";
  return (
    <>
      <button type="button" className={`button small connection ${view.state}`} aria-haspopup="dialog" onClick={show}>
        <span className="dot" aria-hidden="true" />
        <span className="connection-state">{t(open && session.watching ? "watching" : STATES[view.state])}</span>
        {open && delayMs && <span className="connection-delay">{ms(delayMs.typical)}</span>}
      </button>
      <dialog ref={dialog} className="panel" aria-labelledby="delay-title" onClick={(e) => { if (e.target === e.currentTarget) dialog.current?.close(); }}>
        <div className="panel-inner">
          <h2 id="delay-title" ref={title} tabIndex={-1}>{t("delay")}</h2>
          {!session.watching && <div className="panel-pair">
            <p><span className="panel-number">{ms(delayMs?.typical)}</span><span className="muted">{t("typical")}</span></p>
            <p><span className="panel-number">{ms(delayMs?.slow)}</span><span className="muted">{t("slowest")}</span></p>
          </div>}
          {!session.watching && <p className="muted">{t("delay_text")}</p>}
          <table>
            <caption>{t("in_server")}</caption>
            <thead><tr><td /><th scope="col">{t("typical")}</th><th scope="col">{t("slowest")}</th></tr></thead>
            <tbody>
              {STAGES.map((stage) => (
                <tr key={stage}><th scope="row">{t(stage)}</th><td>{ms(timing?.p50[stage])}</td><td>{ms(timing?.p95[stage])}</td></tr>
              ))}
              <tr><th scope="row">{t("network")}</th><td>{ms(view.roundTripMs)}</td><td /></tr>
            </tbody>
          </table>
          <table>
            <caption>{t("pictures")}</caption>
            <tbody>
              {(["received", "inferred", "skipped", "dropped"] as const).map((count) => (
                <tr key={count}><th scope="row">{t(count)}</th><td>{timing ? formatNumber(language, timing[count], 0) : "–"}</td></tr>
              ))}
              {!session.watching && <tr><th scope="row">{t("sent_as")}</th><td>{{ h264: "H.264", jpeg: "JPEG", landmarks: t("landmarks") }[view.codec]}</td></tr>}
              <tr><th scope="row">{t("model")}</th><td>{view.model || "–"}</td></tr>
            </tbody>
          </table>
          {!session.watching && <fieldset className="field">
            <legend>{t("pose_place")}</legend>
            <Segments
              name="pose-place" value={view.place} disabled={view.state === "ended" || view.ending || view.loadingPose}
              onChange={(place) => void session.choosePlace(place)} options={[["server", t("place_server")], ["browser", t("place_browser")]]}
            />
          </fieldset>}
          {!session.watching && open && session.id && <FollowLink id={session.id} />}
          <button type="button" className="button primary" onClick={() => dialog.current?.close()}>{t("close")}</button>
        </div>
      </dialog>
    </>
  );
}

/** Where others see this session; what follows # never leaves the browser, and stays while the server lets it in. */
function FollowLink({ id }: { id: string }) {
  const { t } = useLanguage();
  const [copied, setCopied] = useState(false);
  const field = useId();
  const link = watchUrl(id);
  return (
    <div className="field">
      <label htmlFor={field}>{t("follow")}</label>
      <div className="follow">
        <div className="input"><input id={field} value={link} readOnly onFocus={(e) => e.target.select()} aria-describedby={`${field}-text`} /></div>
        <button type="button" className="button small" onClick={() => void navigator.clipboard?.writeText(link).then(() => setCopied(true), () => {})}>
          {t(copied ? "copied" : "copy")}
        </button>
      </div>
      <p className="muted small-print" id={`${field}-text`}>{t(isReachable() ? "follow_text" : "follow_here")}</p>
    </div>
  );
}
