import { LiveClient, type LiveError, type ServerMessage } from "plyo";
import { Shown, type Skeleton } from "./coaching";

/** Another's session, followed read-only: its skeleton and figures, without its picture. */
export class Spectator extends Shown {
  readonly watching = true;
  readonly video = null;
  readonly mirrored = false;
  protected readonly client: LiveClient;
  private newest: Skeleton | null = null;
  private size = { width: 640, height: 480 };

  constructor(url: string, readonly id: string) {
    super("h264");
    this.client = new LiveClient({ url, hello: { watch: id, client: "plyo-web/0.1" } });
    this.client.on("state", ({ state, retryInMs }) => this.change({ state, retryInMs: retryInMs ?? null }));
    this.client.on("message", (message) => this.answer(message));
    // One that ends where nothing is wrong closes with 1000.
    this.client.on("failed", (failure: LiveError) => { if (failure.closeCode !== 1000) void this.fail(failure); });
    this.client.connect();
  }

  /** It is for whoever jumps to say. */
  async choosePlace(): Promise<void> {}

  /** Leaves; the session goes on. */
  async end(): Promise<void> {
    this.client.close();
  }

  private answer(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        this.tell(message);
        this.size = { width: message.capacity.width, height: message.capacity.height };
        break;
      case "pose": {
        this.tell(message);
        const waiting = this.newest !== null;
        this.newest = { people: message.people, width: message.width ?? this.size.width, height: message.height ?? this.size.height };
        if (!waiting) requestAnimationFrame(() => this.drawNewest());
        break;
      }
      default:
        this.tell(message);
    }
  }

  private drawNewest(): void {
    const { newest } = this;
    this.newest = null;
    if (newest) this.onSkeleton(newest);
  }
}
