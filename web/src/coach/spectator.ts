import { LiveClient, type LiveError, type ServerMessage } from "plyo";
import { withRep, withResult, type Coaching, type CoachView, type Skeleton } from "./session";

/** Another's session, followed read-only: its skeleton and figures, without its picture. */
export class Spectator implements Coaching {
  readonly watching = true;
  readonly video = null;
  readonly mirrored = false;
  private readonly watchers = new Set<() => void>();
  private readonly client: LiveClient;
  private onSkeleton: (skeleton: Skeleton) => void = () => {};
  private newest: Skeleton | null = null;
  private cues = 0;
  private size = { width: 640, height: 480 };
  private current: CoachView = {
    state: "connecting", retryInMs: null, failure: null, rows: [], hints: null, phase: "", rising: null, cue: null, timing: null, delayMs: null,
    roundTripMs: null, codec: "h264", place: "server", model: "", loadingPose: false, browserPoseFailed: false, ending: false, documents: [],
  };

  constructor(url: string, readonly id: string) {
    this.client = new LiveClient({ url, hello: { watch: id, client: "plyo-web/0.1" } });
    this.client.on("state", ({ state, retryInMs }) => this.change({ state, retryInMs: retryInMs ?? null }));
    this.client.on("message", (message) => this.answer(message));
    // One that ends where nothing is wrong closes with 1000.
    this.client.on("failed", (failure: LiveError) => { if (failure.closeCode !== 1000) this.change({ failure }); });
    this.client.connect();
  }

  get view(): CoachView {
    return this.current;
  }

  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  draw(listener: (skeleton: Skeleton) => void): () => void {
    this.onSkeleton = listener;
    return () => { this.onSkeleton = () => {}; };
  }

  /** It is for whoever jumps to say. */
  async choosePlace(): Promise<void> {}

  /** Leaves; the session goes on. */
  async end(): Promise<void> {
    this.client.close();
  }

  private change(part: Partial<CoachView>): void {
    this.current = { ...this.current, ...part };
    for (const watcher of [...this.watchers]) watcher();
  }

  private answer(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        this.size = { width: message.capacity.width, height: message.capacity.height };
        break;
      case "pose": {
        const phase = message.phase ?? "";
        if (phase !== this.current.phase) this.change({ phase, rising: phase === "standing" ? null : this.current.rising });
        const waiting = this.newest !== null;
        this.newest = { people: message.people, width: message.width ?? this.size.width, height: message.height ?? this.size.height };
        if (!waiting) requestAnimationFrame(() => this.drawNewest());
        break;
      }
      case "rep":
        this.change({ rows: withRep(this.current.rows, this.id, message.track_id, message.rep), rising: null });
        break;
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
        const document = message.result as CoachView["documents"][number];
        this.change({ rows: withResult(this.current.rows, this.id, document), documents: [document] });
        break;
      }
      default:
    }
  }

  private drawNewest(): void {
    const { newest } = this;
    this.newest = null;
    if (newest) this.onSkeleton(newest);
  }
}
