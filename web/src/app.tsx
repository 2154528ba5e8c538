import { useCallback, useEffect, useState } from "react";
import { liveUrl, watchedId } from "./address";
import { fetchCatalogue, fetchSession, Refused, type SportDescriptor } from "./catalogue";
import type { Coaching } from "./coach/coaching";
import { Finishing } from "./coach/finishing";
import { CoachSession, type SessionLeft } from "./coach/session";
import { openCamera, openFile, type PictureSource } from "./coach/source";
import { Spectator } from "./coach/spectator";
import { openingFailed, questionFailed } from "./failures";
import { useLanguage } from "./language";
import { keepSession, leftSession, type LeftSession } from "./left_session";
import type { StringKey } from "./strings";
import { LivePage } from "./view/live_page";
import { SignInPage } from "./view/sign_in_page";
import { StartPage, type StartChoice } from "./view/start_page";

// On a phone what was pressed may be far from it.
const intoView = (element: HTMLElement | null): void => element?.scrollIntoView({ block: "nearest" });

export function App() {
  const { t } = useLanguage();
  const [sports, setSports] = useState<SportDescriptor[] | null>(null);
  const [trouble, setTrouble] = useState<StringKey | null>(null);
  const [locked, setLocked] = useState(false);
  const [starting, setStarting] = useState(false);
  const [running, setRunning] = useState<{ session: Coaching; sport: string; athlete: string } | null>(null);

  const tell = useCallback((error: unknown) => {
    if (error instanceof Refused && error.isNotSignedIn) setLocked(true);
    else setTrouble(questionFailed(error));
  }, []);
  const load = useCallback(() => {
    setTrouble(null);
    fetchCatalogue().then(setSports, tell);
  }, [tell]);
  useEffect(load, [load]);

  useEffect(() => {
    const follow = (): void => {
      const id = watchedId();
      if (!id) return;
      fetchSession(id).then(({ sport }) => setRunning((now) => {
        // A session of one's own goes on; another's makes room for the one that is asked for now.
        if (watchedId() !== id) return now; // another since
        if (now && (now.session.watching ? now.session.id === id : now.session.view.state !== "ended")) return now;
        if (now?.session.watching) void now.session.end();
        return { session: new Spectator(liveUrl(), id), sport, athlete: "" };
      }), tell);
    };
    follow();
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, [tell]);

  const keepsAs = (kept: Pick<LeftSession, "choice" | "fromFile" | "originMs">) => (left: SessionLeft | null): void => {
    keepSession(left && { ...kept, ...left });
  };

  const start = async (choice: StartChoice, left?: LeftSession): Promise<void> => {
    setTrouble(null);
    setStarting(true);
    let source: PictureSource | null = null;
    try {
      const originMs = left?.originMs ?? performance.timeOrigin;
      source = choice.file ? await openFile(choice.file) : await openCamera(choice.camera, originMs);
      const session = await CoachSession.begin(source, {
        url: liveUrl(),
        sport: choice.sport,
        athlete: choice.athlete,
        parameters: choice.parameters,
        place: choice.place,
        poseBase: new URL("pose", document.baseURI).href,
        ...(left && { resume: left.resume }),
        onLeft: keepsAs({ choice: { ...choice, file: null }, fromFile: choice.file !== null, originMs }),
      });
      setRunning({ session, sport: choice.sport, athlete: choice.athlete.name ?? "" });
    } catch (error) {
      source?.stop();
      setTrouble(source ? "browser_too_old" : openingFailed(error, choice.file !== null));
    } finally {
      setStarting(false);
    }
  };

  const finish = (left: LeftSession): void => {
    const { sport, athlete } = left.choice;
    setRunning({ session: new Finishing(left, { url: liveUrl(), onLeft: keepsAs(left) }), sport, athlete: athlete.name ?? "" });
  };

  if (locked) return <SignInPage onSignedIn={() => location.reload()} />;
  const sport = running && sports?.find((s) => s.id === running.sport);
  if (running && sport) {
    const leave = (): void => {
      if (watchedId()) history.replaceState(null, "", "/");
      setRunning(null);
    };
    return <LivePage key={running.session.watching ? running.session.id : null} session={running.session} sport={sport} athlete={running.athlete} onLeave={leave} />;
  }
  return (
    <StartPage
      sports={sports}
      starting={starting}
      left={leftSession()}
      onStart={(choice) => void start(choice)}
      onGoOn={(left) => void start(left.choice, left)}
      onFinish={finish}
      trouble={trouble && (
        <div className="trouble" role="alert" ref={intoView}>
          <p>{t(trouble)}</p>
          {!sports && <button type="button" className="button" onClick={load}>{t("try_again")}</button>}
        </div>
      )}
    />
  );
}
