import { LiveClient, type LiveError } from "plyo";
import { Shown } from "./coaching";
import type { CoachOptions, SessionLeft } from "./session";

/** Ends a session that the page was left in, without a picture more, and has its results; one that is over gives them again. */
export class Finishing extends Shown {
  readonly watching = false;
  readonly video = null;
  readonly mirrored = false;
  readonly id: string;
  protected readonly client: LiveClient;

  constructor(private readonly left: SessionLeft, private readonly options: Pick<CoachOptions, "url" | "onLeft">) {
    super(left.media.codec);
    this.id = left.resume.session;
    this.client = new LiveClient({ url: options.url, hello: { media: left.media, client: "plyo-web/0.1" }, resume: left.resume });
    this.client.on("state", ({ state, retryInMs }) => this.change({ state, retryInMs: retryInMs ?? null }));
    this.client.on("message", (message) => {
      this.tell(message);
      if (message.type === "result") this.keep("over");
    });
    this.client.on("failed", (failure: LiveError) => void this.fail(failure));
    this.change({ ending: true });
    this.client.connect();
    this.client.end().catch(() => {}); // told by itself
  }

  protected override keep(what: "nothing" | "open" | "over"): void {
    this.options.onLeft?.(what === "nothing" ? null : { ...this.left, over: what === "over" });
  }

  /** It has been told already where the pose is found. */
  async choosePlace(): Promise<void> {}

  /** Without waiting for the result. */
  async end(): Promise<void> {
    this.client.close();
    this.change({ ending: false });
  }
}
