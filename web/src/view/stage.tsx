import { useEffect, useRef } from "react";
import type { Coaching, CoachView } from "../coach/coaching";
import { useLanguage } from "../language";
import { drawSkeleton } from "../skeleton";
import { risingText } from "../units";
import { Icon } from "./icons";
import { useUnreachable } from "./unreachable";

/** The picture with the skeleton, and what has to be said about it. */
export function Stage(props: { session: Coaching; view: CoachView; hint: string | null; cueText: string | null }) {
  const { session, view } = props;
  const { t, name, language } = useLanguage();
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const { video } = session;
    const shape = (width: number, height: number): void => frame.current!.style.setProperty("--shape", String(width / height));
    // A phone that is turned turns its pictures; one that is over has none.
    const turned = (): void => { if (video?.videoWidth) shape(video.videoWidth, video.videoHeight); };
    if (video) {
      video.className = "stage-video";
      frame.current!.prepend(video);
      turned();
      video.addEventListener("resize", turned);
    }
    const accent = getComputedStyle(document.documentElement).getPropertyValue("--skeleton").trim();
    const stop = session.draw((s) => {
      if (!video) shape(s.width, s.height);
      drawSkeleton(canvas.current!, s.people, s.width, s.height, accent);
    });
    return () => {
      stop();
      video?.removeEventListener("resize", turned);
      video?.remove();
    };
  }, [session]);

  const unreachable = useUnreachable(view.state);
  const notice = view.state === "reconnecting" ? t(session.watching ? "reconnecting_watched" : "reconnecting_text")
    : view.state === "waiting" ? t("waiting_text", { s: Math.ceil((view.retryInMs ?? 0) / 1000) })
    : view.state === "connecting" ? t("connecting_text")
    : view.state === "ended" && !session.watching ? t("ended_away") // else it is not shown any more
    : view.loadingPose ? t("loading_pose")
    : null;

  return (
    <section className="stage-area" aria-label={t("picture_label")}>
      <div className={`stage${session.mirrored ? " mirrored" : ""}${view.state === "open" ? "" : " pale"}`} ref={frame}>
        <canvas ref={canvas} className="stage-skeleton" aria-hidden="true" />
        {view.phase && view.state === "open" && <p className="stage-phase">{name("phase", view.phase)}{view.rising && ` ${risingText(language, view.rising)}`}</p>}
        <div className="stage-words" aria-live="polite">
          {unreachable ? (
            <p className="banner warn">
              <Icon name="warn" />
              <span>
                {t("no_socket")}{" "}
                {unreachable.certificate ? <>{t("no_socket_iphone")} <a href={unreachable.certificate}>{t("certificate")}</a></> : t("no_socket_proxy")}
              </span>
            </p>
          ) : notice ? <p className="banner">{notice}</p>
            : props.hint ? <p className="banner warn"><Icon name="warn" />{props.hint}</p>
            : props.cueText && view.cue?.level !== "info" ? <p key={view.cue!.serial} className={`banner ${view.cue!.level === "good" ? "good" : "warn"}`}>{props.cueText}</p>
            : null}
        </div>
        {view.browserPoseFailed && <p className="stage-note" role="status">{t("browser_pose_failed")}</p>}
      </div>
    </section>
  );
}
