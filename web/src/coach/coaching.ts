import type {
  AnalysisDocument, CueMessage, LiveClient, LiveError, LiveState, MediaDescription, MetricMessage, QualityMessage, ServerMessage, TimingMessage,
} from "plyo";
import { fetchSession, Refused } from "../catalogue";
import type { RepRow } from "../export";
import type { ShownPerson } from "../skeleton";

export type Codec = MediaDescription["codec"];

/** After these a session cannot be gone on with from here: it is not live any more, or another has it. */
const NOT_LIVE = 4404;
const TAKEN = 4409;
const ASK_AGAIN_MS = 15_000;

/** What the page shows; a new object with every change. */
export interface CoachView {
  state: LiveState;
  retryInMs: number | null;
  failure: LiveError | null;
  rows: readonly RepRow[];
  hints: QualityMessage["hints"] | null;
  /** The camera gives no pictures, though they are wanted. */
  noPicture: boolean;
  /** The session was ended because the camera went. */
  cameraLost: boolean;
  phase: string;
  /** A figure of the movement that is going on; null as soon as its repetition is there. */
  rising: MetricMessage | null;
  cue: (CueMessage & { serial: number }) | null;
  /** The repetition that was confirmed last while this page was there for it. */
  confirmed: RepRow | null;
  timing: TimingMessage | null;
  delayMs: { typical: number; slow: number } | null;
  roundTripMs: number | null;
  codec: Codec;
  place: "server" | "browser";
  model: string;
  loadingPose: boolean;
  browserPoseFailed: boolean;
  ending: boolean;
  documents: readonly AnalysisDocument[];
}

/** What the live page shows: a session of its own, or another's that it follows. */
export interface Coaching {
  readonly view: CoachView;
  /** Whether it is another's: nothing of it can be changed here. */
  readonly watching: boolean;
  /** Of the session; null before the server has admitted it. */
  readonly id: string | null;
  /** The picture, where it is at hand. */
  readonly video: HTMLVideoElement | null;
  readonly mirrored: boolean;
  watch(watcher: () => void): () => void;
  draw(listener: (skeleton: Skeleton) => void): () => void;
  choosePlace(place: "server" | "browser"): Promise<void>;
  end(): Promise<void>;
}

export interface Skeleton {
  people: readonly ShownPerson[];
  width: number;
  height: number;
}

/** What a session of its own and another's have in common: the view, who is told of its changes, and the answers that only change it. */
export abstract class Shown implements Coaching {
  abstract readonly watching: boolean;
  abstract readonly id: string | null;
  abstract readonly video: HTMLVideoElement | null;
  abstract readonly mirrored: boolean;
  protected abstract client: LiveClient;
  protected onSkeleton: (skeleton: Skeleton) => void = () => {};
  protected current: CoachView;
  private readonly watchers = new Set<() => void>();
  private cues = 0;
  private bringing = false;

  protected constructor(codec: Codec) {
    this.current = {
      state: "connecting", retryInMs: null, failure: null, rows: [], hints: null, noPicture: false,
      cameraLost: false, phase: "", rising: null, cue: null, confirmed: null, timing: null, delayMs: null,
      roundTripMs: null, codec, place: codec === "landmarks" ? "browser" : "server", model: "", loadingPose: false,
      browserPoseFailed: false, ending: false, documents: [],
    };
  }

  get view(): CoachView {
    return this.current;
  }

  abstract choosePlace(place: "server" | "browser"): Promise<void>;
  abstract end(): Promise<void>;

  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** What of the session is there for the page's next visit: nothing, what can be gone on with, or its results. */
  protected keep(_what: "nothing" | "open" | "over"): void {}

  /** It is over because of that, unless the server has its result all the same. */
  protected async fail(failure: LiveError): Promise<void> {
    const stored = failure.closeCode === NOT_LIVE ? this.id : null;
    this.change({ failure, ending: stored !== null });
    if (stored !== null) await this.awaitStored(stored);
    else if (failure.closeCode === TAKEN) this.keep("nothing");
    if (this.current.ending) this.change({ ending: false });
  }

  // A session that nobody resumed in time is ended by the server with what was stored, some minutes later. Its result is waited for,
  // until that is given up.
  private async awaitStored(id: string): Promise<void> {
    while (this.current.ending) {
      try {
        const { result } = await fetchSession(id);
        if (result) {
          this.change({ failure: null });
          this.tell({ type: "result", result });
          return this.keep("over");
        }
        if (this.watching) return; // whose it is may go on with it
      } catch (error) {
        const status = error instanceof Refused ? error.status : 0;
        if (status === 403 || status === 404) return this.keep("nothing");
        if (status === 401) return; // who signs in again may have it
      }
      await new Promise((resolve) => { setTimeout(resolve, ASK_AGAIN_MS); });
    }
  }

  /** Called in the browser's time for drawing with the newest skeleton. */
  draw(listener: (skeleton: Skeleton) => void): () => void {
    this.onSkeleton = listener;
    return () => { this.onSkeleton = () => {}; };
  }

  protected change(part: Partial<CoachView>): void {
    this.current = { ...this.current, ...part };
    for (const watcher of [...this.watchers]) watcher();
  }

  /** What the message changes in the view; nothing where it is of another kind. */
  protected tell(message: ServerMessage): void {
    // Repetitions that follow a welcome at once are from before it.
    const brought = this.bringing && message.type === "rep";
    this.bringing = brought || message.type === "welcome";
    switch (message.type) {
      case "pose": {
        const phase = message.phase ?? "";
        if (phase !== this.current.phase) this.change({ phase, rising: phase === "standing" ? null : this.current.rising });
        break;
      }
      case "rep": {
        const rows = withRep(this.current.rows, this.id ?? "", message.track_id, message.rep);
        const isNew = !brought && message.rep.status === "confirmed" && rows !== this.current.rows;
        const confirmed = isNew ? rows.find((row) => row.rep === message.rep)! : this.current.confirmed;
        this.change({ rows, confirmed, rising: null });
        break;
      }
      case "metric":
        this.change({ rising: message });
        break;
      case "quality":
        this.change({ hints: message.hints });
        break;
      case "cue":
        this.change({ cue: { ...message, serial: ++this.cues } });
        break;
      case "timing":
        this.change({ timing: message, roundTripMs: this.client.clock.roundTripMs });
        break;
      case "result": {
        const document = message.result as AnalysisDocument;
        const rows = withResult(this.current.rows, this.id ?? "", document);
        this.change({ rows, documents: [document], model: document.provenance.model.name || this.current.model });
        break;
      }
      default:
    }
  }
}

/**
 * The list after the end: what the document has besides, whose each is, and nothing that was never confirmed. Where the session was
 * resumed, the document may call an athlete by another track than the messages did.
 */
export function withResult(rows: readonly RepRow[], session: string, document: AnalysisDocument): readonly RepRow[] {
  let all = rows;
  const tracks = new Map<number, number>();
  for (const { track_id, reps, steps } of document.athletes) {
    for (const rep of [...reps, ...steps]) {
      tracks.set(rep.index, track_id);
      all = withRep(all, session, track_id, rep);
    }
  }
  return all.filter((row) => row.rep.status === "confirmed").map((row, i) => (
    { ...row, number: i + 1, trackId: (row.session === session ? tracks.get(row.rep.index) : undefined) ?? row.trackId }
  ));
}

/** The list with that repetition in its place: its index is the session's own, whosever it is. A confirmed one is not revised. */
export function withRep(rows: readonly RepRow[], session: string, trackId: number, rep: RepRow["rep"]): readonly RepRow[] {
  const at = rows.findIndex((row) => row.session === session && row.rep.index === rep.index);
  if (at < 0) return [...rows, { number: rows.length + 1, session, trackId, rep }];
  if (rows[at]!.rep.status === "confirmed") return rows;
  return rows.map((row, i) => (i === at ? { ...row, rep } : row));
}
