import { Backoff } from "./backoff.js";
import { ClockOffset } from "./clock_offset.js";
import type { AnalysisDocument, ClientMessage, ErrorMessage, HelloMessage, ServerMessage, WelcomeMessage } from "./contract.js";
import { CLOSE_CODES } from "./contract.js";
import { encodeMedia, type MediaPicture } from "./media_message.js";
import type { SessionTicket } from "./rest/types.js";

/** The part of a WebSocket that is used: the browser's, or any other of the same face. */
export interface LiveSocket {
  binaryType: string;
  readonly readyState: number;
  readonly bufferedAmount: number;
  onopen: ((event: any) => void) | null;
  onmessage: ((event: any) => void) | null;
  onclose: ((event: any) => void) | null;
  onerror: ((event: any) => void) | null;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
}

/**
 * `connecting` until the first `welcome`; `open`; `reconnecting` after a loss; `waiting` while the server has no room;
 * `ended` for good, after `end()`, `close()` or an error that a new try would not mend.
 */
export type LiveState = "connecting" | "open" | "reconnecting" | "waiting" | "ended";

/** Why a session could not begin or go on. */
export class LiveError extends Error {
  constructor(
    message: string,
    /** Of the WebSocket (contract/stream.yaml, `x-close-codes`); 1006 where the connection broke. */
    readonly closeCode: number,
    /** From contract/errors.yaml, where the server named one. */
    readonly code?: string,
  ) {
    super(message);
    this.name = "LiveError";
  }
}

export interface LiveEvents {
  state: { state: LiveState; retryInMs?: number };
  message: ServerMessage;
  /** The session is over because of this. */
  failed: LiveError;
}

/** What a session is gone on with, by another client too, for ten minutes after the last connection. */
export interface LiveResume {
  session: string;
  token: string;
  /** Index up to which every repetition is there already; those after it come anew. None, where it is not said. */
  lastRep?: number;
}

export interface LiveClientOptions {
  /** `ws://…/v1/live`; with tickets any address of the same host. */
  url: string;
  /** What every connection begins with; `resume` is added by the client. */
  hello: Omit<HelloMessage, "type" | "resume">;
  /** Goes on with that session, as another client's `resume` gave it: the program was started anew. */
  resume?: LiveResume;
  /** Key, where neither a cookie nor a header can be sent. */
  token?: string;
  /**
   * Asked before each connection, in place of a key: a new ticket, as `client.sessionTickets.create` gives it to a server of yours. What
   * it throws ends the session where it has a `status` of 4xx that waiting does not mend, and is tried again else.
   */
  ticket?: () => Promise<Pick<SessionTicket, "url" | "protocols">>;
  /** Bytes that may wait in the socket before pictures are left out. */
  mostWaitingBytes?: number;
  /** A connection that is silent for so long is taken as lost, ms; the one after it is borne for longer, as a long result comes in silence. */
  silenceMs?: number;
  backoff?: Backoff;
  /** Where the runtime has no WebSocket, as Node.js before 22: what opens one, such as that of the package `ws`. */
  openSocket?: (url: string, protocols: string[]) => LiveSocket;
  /** µs, the clock of the capture times. */
  nowUs?: () => number;
}

const OPEN = 1;
const SILENCE_MS = 10_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1; // a longer one ends at once
// Nobody sees a message of a WebSocket before all of it is there: the result of a long session comes in silence, and comes again after a
// loss. So a session whose connection fell silent has this many times the patience with the next one, until the clock is answered: then
// nothing long is on its way.
const MORE_PATIENCE = 6;
// What a new connection may mend: the server goes down, the network broke, a failure of its own, silence.
const WORTH_ANOTHER_TRY = new Set([1001, 1005, 1006, 1011, 1012, 1013, 4408]);
// Errors that close with such a code and stay: what the plan allows in a month, what is stored and damaged.
const NOT_MENDED_BY_WAITING = new Set(["quota_exceeded", "data_damaged"]);

function openWebSocket(url: string, protocols: string[]): LiveSocket {
  if (typeof WebSocket === "undefined") throw new Error("there is no WebSocket here (Node.js has one from 22): give one by the option openSocket");
  return new WebSocket(url, protocols) as LiveSocket;
}

/** Null where it is none. */
function messageOf(data: unknown): ServerMessage | null {
  if (typeof data !== "string") return null;
  try {
    return JSON.parse(data) as ServerMessage;
  } catch {
    return null;
  }
}

/**
 * One live session over as many connections as it takes. With `watch` in its hello it follows another's, read-only: then only
 * `close()` is of use besides listening. Not for use from several threads.
 */
export class LiveClient {
  readonly clock = new ClockOffset();
  private readonly listeners: { [K in keyof LiveEvents]: Set<(value: LiveEvents[K]) => void> } = {
    state: new Set(),
    message: new Set(),
    failed: new Set(),
  };
  private readonly backoff: Backoff;
  private socket: LiveSocket | null = null;
  private current: LiveState = "ended";
  private welcomed: WelcomeMessage | null = null;
  private known: Pick<LiveResume, "session" | "token"> | null;
  private sequence = 0;
  // Every repetition up to it is confirmed, and those few beyond it are.
  private lastRep: number;
  private readonly confirmedBeyond = new Set<number>();
  // What a resume did not bring up to here will not come: it was never confirmed.
  private broughtUpTo = 0;
  private asking = false;
  private lastError: ErrorMessage | null = null;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private silenceTimer: ReturnType<typeof setTimeout> | undefined;
  private clockTimer: ReturnType<typeof setTimeout> | undefined;
  private clockAsked = 0;
  private ending: { resolve: (result: AnalysisDocument) => void; reject: (error: Error) => void } | null = null;
  private result: Promise<AnalysisDocument> | null = null;
  private readonly nowUs: () => number;
  private readonly silenceMs: number;
  private patienceMs: number;
  private hello: LiveClientOptions["hello"];

  constructor(private readonly options: LiveClientOptions) {
    this.hello = options.hello;
    this.known = options.resume ?? null;
    this.lastRep = options.resume?.lastRep ?? 0;
    this.backoff = options.backoff ?? new Backoff();
    this.nowUs = options.nowUs ?? (() => Math.round(performance.now() * 1000));
    this.silenceMs = this.patienceMs = Math.min(options.silenceMs ?? SILENCE_MS, LONGEST_TIMER_MS);
  }

  get state(): LiveState {
    return this.current;
  }

  /** The newest `welcome`; null before the first. */
  get session(): WelcomeMessage | null {
    return this.welcomed;
  }

  /** What another client goes on with this session with; null where there is none yet, or only another's that is followed. */
  get resume(): Required<LiveResume> | null {
    return this.known && { session: this.known.session, token: this.known.token, lastRep: this.lastRep };
  }

  /** Returns what takes the listener away again. */
  on<K extends keyof LiveEvents>(event: K, listener: (value: LiveEvents[K]) => void): () => void {
    this.listeners[event].add(listener);
    return () => this.listeners[event].delete(listener);
  }

  connect(): void {
    if (this.current !== "ended" || this.welcomed) throw new Error("a client is connected once");
    this.enter("connecting");
    this.open();
  }

  /** False where a picture would only wait; it had better not be encoded. */
  get ready(): boolean {
    return this.current === "open" && !this.ending && this.socket !== null && this.socket.bufferedAmount <= (this.options.mostWaitingBytes ?? 128 * 1024);
  }

  /** Sends a picture; its sequence, or null where there is no connection or the session is being ended. */
  send(picture: MediaPicture): number | null {
    if (this.current !== "open" || this.ending || this.socket?.readyState !== OPEN) return null;
    const sequence = this.sequence++ >>> 0;
    this.socket.send(encodeMedia(sequence, picture));
    return sequence;
  }

  /** A picture that there was no time for: the server sees the gap. */
  skip(): void {
    this.sequence++;
  }

  /** When a skeleton was on the screen. */
  seen(sequence: number, endToEndMs: number): void {
    this.say({ type: "seen", sequence, end_to_end_ms: Math.max(0, endToEndMs) });
  }

  /** Ends the session and gives its document. While the connection is away, as soon as it is back. Asked again meanwhile it gives the same. */
  end(): Promise<AnalysisDocument> {
    if (this.current === "ended") return Promise.reject(new LiveError("the session is over", 1000));
    this.result ??= new Promise((resolve, reject) => {
      this.ending = { resolve, reject };
      if (this.current === "open") this.say({ type: "end" });
    });
    return this.result;
  }

  /**
   * Goes on with the same session over a new connection that begins with another hello, such as another codec. It is tried at once: a
   * server that is full for one may have room for the other.
   */
  renew(hello: LiveClientOptions["hello"]): void {
    if (this.current === "ended") return;
    this.hello = hello;
    const socket = this.socket;
    this.drop();
    socket?.close(4000, "another hello follows");
    clearTimeout(this.retryTimer);
    this.enter(this.welcomed ? "reconnecting" : "connecting");
    this.open();
  }

  /** Gives up at once, without a result. */
  close(): void {
    this.finish(null, 1000);
  }

  private emit<K extends keyof LiveEvents>(event: K, value: LiveEvents[K]): void {
    for (const listener of [...this.listeners[event]]) listener(value);
  }

  private enter(state: LiveState, retryInMs?: number): void {
    this.current = state;
    this.emit("state", retryInMs === undefined ? { state } : { state, retryInMs });
  }

  private say(message: ClientMessage): void {
    if (this.socket?.readyState === OPEN) this.socket.send(JSON.stringify(message));
  }

  private open(): void {
    const { ticket, token, url } = this.options;
    if (!ticket) {
      this.openSocket(url, token === undefined ? ["plyo.live.1"] : ["plyo.live.1", `plyo.token.${token}`]);
      return;
    }
    if (this.asking) return; // the answer opens the socket
    this.asking = true;
    ticket().then((given) => {
      this.asking = false;
      if (this.current !== "ended") this.openSocket(new URL(given.url, url).href, given.protocols);
    }, (error: unknown) => {
      this.asking = false;
      const { status = 0, code, message = String(error) } = (error ?? {}) as { status?: number; code?: string; message?: string };
      const mayPass = status < 400 || status >= 500 || status === 408 || (status === 429 && code !== "quota_exceeded");
      if (mayPass) this.lost(1006, message);
      else this.finish(new LiveError(message, status === 404 ? 4404 : 4401, code), 4401);
    });
  }

  private openSocket(url: string, protocols: string[]): void {
    let socket: LiveSocket;
    try {
      socket = (this.options.openSocket ?? openWebSocket)(url, protocols);
    } catch (error) {
      this.finish(new LiveError(error instanceof Error ? error.message : String(error), 1006), 1006);
      return;
    }
    this.socket = socket;
    this.lastError = null;
    socket.binaryType = "arraybuffer";
    let opened = false;
    socket.onopen = () => {
      opened = true;
      const hello: HelloMessage = { type: "hello", client: "plyo-js/0.1", ...this.hello };
      if (this.known) hello.resume = { session: this.known.session, token: this.known.token, last_rep: this.lastRep };
      else if (this.welcomed) hello.last_rep = this.lastRep;
      this.say(hello);
    };
    socket.onmessage = (event: { data: unknown }) => this.take(event.data);
    socket.onclose = (event: { code: number; reason: string }) => {
      this.lost(event.code, event.reason);
      if (!opened) void this.askWhetherRefused();
    };
    socket.onerror = () => {}; // a close always follows
    this.listen(this.silenceMs);
  }

  // A WebSocket tells a key that the server refuses, with 401 before it opens, like a network that broke. An operation of the same
  // server over HTTP tells the two apart, beside the wait for the next try, where it is asked with what the socket had: a key, or the
  // cookie of the page's own server. A ticket is a new one with each connection.
  private async askWhetherRefused(): Promise<void> {
    const { url, token, ticket } = this.options;
    const http = new URL(url.replace(/^ws/, "http"));
    const asksAlike = token !== undefined || http.origin === globalThis.location?.origin;
    if (ticket || !asksAlike || this.current === "ended") return;
    let answer: Response;
    try {
      answer = await fetch(new URL("catalogue", http), {
        method: "HEAD",
        ...(token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } }),
        signal: AbortSignal.timeout(this.silenceMs),
      });
    } catch {
      return; // it is the network
    }
    if (answer.status !== 401 || this.current === "open") return;
    this.finish(new LiveError("the key is not one of the server's, or not valid any more", 4401, "unauthorized"), 4401);
  }

  private take(data: unknown): void {
    const message = messageOf(data);
    if (message?.type === "clock") this.patienceMs = this.silenceMs;
    this.listen(this.patienceMs);
    if (!message) return;
    switch (message.type) {
      case "welcome":
        this.welcomed = message;
        if (this.hello.watch === undefined) this.known = { session: message.session, token: message.resume_token };
        if (message.resumed) this.broughtUpTo = Math.max(0, ...this.confirmedBeyond);
        this.backoff.reset();
        this.enter("open");
        this.askClock();
        if (this.ending) this.say({ type: "end" });
        break;
      case "rep":
        if (message.rep.status === "confirmed" && !this.noteConfirmed(message.rep.index)) return;
        break;
      case "clock":
        this.clock.add(message.client_us, this.nowUs(), message.server_us);
        break;
      case "error":
        this.lastError = message;
        break;
      default:
    }
    this.emit("message", message);
    if (message.type === "result") {
      const ending = this.ending;
      this.ending = null;
      this.finish(null, 1000);
      ending?.resolve(message.result as AnalysisDocument);
    }
  }

  // Of several athletes a later repetition may be confirmed first, and is sent again by a resume that asks for an earlier one: false
  // for one that has come before.
  private noteConfirmed(index: number): boolean {
    if (index <= this.lastRep || this.confirmedBeyond.has(index)) return false;
    // A resume brings them in their order.
    while (index > this.broughtUpTo && this.lastRep < this.broughtUpTo) this.confirmedBeyond.delete(++this.lastRep);
    this.confirmedBeyond.add(index);
    while (this.confirmedBeyond.delete(this.lastRep + 1)) this.lastRep++;
    return true;
  }

  // A few questions at once, so that one of them is quick, then one now and then.
  private askClock(): void {
    clearTimeout(this.clockTimer);
    this.say({ type: "clock", client_us: this.nowUs() });
    this.clockTimer = setTimeout(() => this.askClock(), this.clockAsked++ < 4 ? 200 : 5000);
  }

  private listen(patienceMs: number): void {
    clearTimeout(this.silenceTimer);
    this.silenceTimer = setTimeout(() => {
      if (this.current === "open") this.patienceMs = Math.min(this.patienceMs * MORE_PATIENCE, LONGEST_TIMER_MS);
      const socket = this.socket;
      this.drop();
      socket?.close();
      this.lost(1006, "");
    }, patienceMs);
  }

  private drop(): void {
    clearTimeout(this.silenceTimer);
    clearTimeout(this.clockTimer);
    if (this.socket) this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
    this.socket = null;
  }

  private lost(closeCode: number, reason: string): void {
    this.drop();
    if (this.current === "ended") return;
    if (!WORTH_ANOTHER_TRY.has(closeCode) || NOT_MENDED_BY_WAITING.has(this.lastError?.code ?? "")) {
      const words = this.lastError?.message || reason || CLOSE_CODES[closeCode] || "the connection was closed";
      this.finish(new LiveError(words, closeCode, this.lastError?.code), closeCode);
      return;
    }
    const asked = this.lastError?.retry_after_s ?? Number(/retry_after_s=([\d.]+)/.exec(reason)?.[1] ?? 0);
    // A timer of more than 31 bits would fire at once, and a month has more.
    const wait = Math.min(this.backoff.next(asked * 1000), 2 ** 31 - 1);
    this.enter(closeCode === 1013 ? "waiting" : this.welcomed ? "reconnecting" : "connecting", wait);
    this.retryTimer = setTimeout(() => this.open(), wait);
  }

  private finish(error: LiveError | null, closeCode: number): void {
    if (this.current === "ended") return;
    clearTimeout(this.retryTimer);
    const socket = this.socket;
    this.drop();
    socket?.close(1000);
    this.enter("ended");
    if (error) this.emit("failed", error);
    this.ending?.reject(error ?? new LiveError("the session was given up", closeCode));
    this.ending = null;
  }
}
