import {
  H264Encoder, JpegEncoder, LANDMARKS, LiveClient, MediaKind, packLandmarks,
  type Capacity, type HelloMessage, type LiveError, type LiveResume, type LiveState, type MediaDescription, type PersonLandmarks, type MediaPicture, type PoseMessage,
  type ServerMessage,
} from "plyo";
import type { RepRow } from "../export";
import type { ShownPerson } from "../skeleton";
import { CaptureClock } from "./capture_clock";
import { Shown, type Codec, type Skeleton } from "./coaching";
import { LocalPose } from "./local_pose";
import { RateLimiter } from "./rate_limiter";
import { Recent } from "./recent";
import { closePicture, type Picture, type PictureSource } from "./source";
import { tellRep, tellSkeleton } from "./user_timing";

export type PosePlace = "auto" | "server" | "browser";

/** What a session is gone on with, or ended, after the page was left. */
export interface SessionLeft {
  resume: LiveResume;
  media: MediaDescription;
  /** Whether it has its result. */
  over: boolean;
}

export interface CoachOptions {
  url: string;
  sport: string;
  athlete: NonNullable<HelloMessage["athlete"]>;
  parameters: NonNullable<HelloMessage["parameters"]>;
  place: PosePlace;
  /** Folder of the browser's own pose finder. */
  poseBase: string;
  /** A session to go on with. */
  resume?: LiveResume;
  /** Told whenever it changes; null when there is nothing left. */
  onLeft?: (left: SessionLeft | null) => void;
}

const BIT_RATE = 1_000_000;
// A quarter of a second of it: beyond, pictures had better be left out than come late.
const MOST_WAITING_BYTES = BIT_RATE / 8 / 4;
// An encoder that gave so many pictures serves. One that fails later was taken away, as browsers do with what rests in the background.
const PROVED_PICTURES = 30;
const BOX = { long: 640, short: 480 };
// The choice between server and browser: the delay that a watcher notices, and how fast a picture must be found here.
const SLOW_MS = 200;
const FAST_ENOUGH_MS = 33;
const BETTER_THAN_NOTHING_MS = 50; // where the server has no room at all
const MEASURED_PICTURES = 15;
const TICK_MS = 500;
// So long a camera may give no picture; one that is dazzled or focuses gives fewer.
const BLIND_TICKS = 4;
const UNREADABLE: ReadonlySet<string | undefined> = new Set(["media_undecodable", "unsupported_codec"]);

interface Size {
  width: number;
  height: number;
}

/** The largest size of that shape that fits, even as H.264 wants it. */
export function fitSize(width: number, height: number, most: { long: number; short: number } = BOX): Size {
  const scale = Math.min(1, most.long / Math.max(width, height), most.short / Math.min(width, height));
  const even = (v: number): number => Math.max(64, 2 * Math.round((v * scale) / 2));
  return { width: even(width), height: even(height) };
}

/** What fits into the server's wish, whichever way the picture is turned, and is never more than the page sends by itself. */
export function wantedSize(width: number, height: number, wanted: Size): Size {
  const [long, short] = [Math.max(wanted.width, wanted.height), Math.min(wanted.width, wanted.height)];
  return fitSize(width, height, { long: Math.min(long, BOX.long), short: Math.min(short, BOX.short) });
}

/** A coaching session: pictures of a source to the server, its answers to the page. */
export class CoachSession extends Shown {
  readonly watching = false;
  private readonly captures = new CaptureClock();
  private readonly limiter = new RateLimiter(30);
  private readonly delays = new Recent();
  private readonly localTimes = new Recent();
  protected client: LiveClient;
  private h264: H264Encoder | null = null; // made with the picture that needs it
  private h264Fps = 30;
  private jpeg: JpegEncoder | null = null;
  private localPose: LocalPose | null = null;
  private loading: Promise<boolean> | null = null;
  private measuring = false;
  private triedBrowser = false;
  private size: Readonly<Size>;
  private shape: Readonly<Size>; // of the source as it was last seen
  private wanted: Readonly<Size> | null = null;
  private fps = 30;
  private newest: (Skeleton & { captureUs: number; sequence: number }) | null = null;
  private drawnUs = -1;
  // Of the picture that the server counts its seconds from, null before it, NaN where that is not known; and of the newest
  // that it has analysed.
  private firstUs: number | null;
  private analysedUs: number | null = null;
  private frameRequest = 0;
  private lastSeenMs = -Infinity;
  private ticksBlind = 0;
  private readonly ticker: ReturnType<typeof setInterval>;

  private constructor(private readonly source: PictureSource, private readonly options: CoachOptions, codec: Codec) {
    super(codec);
    this.firstUs = options.resume ? NaN : null;
    this.shape = shapeOf(source.video);
    this.size = fitSize(this.shape.width, this.shape.height);
    this.client = this.newClient();
    this.ticker = setInterval(() => this.tick(), TICK_MS);
    document.addEventListener("visibilitychange", this.hold);
  }

  static async begin(source: PictureSource, options: CoachOptions): Promise<CoachSession> {
    const codec = await serverCodec(fitSize(source.video.videoWidth, source.video.videoHeight));
    const session = new CoachSession(source, options, codec);
    try {
      await session.start(codec);
    } catch (error) {
      session.giveUp();
      throw error;
    }
    return session;
  }

  private async start(codec: Codec): Promise<void> {
    const { place } = this.options;
    if (place === "browser") await this.loadPose();
    const here = this.localPose !== null && place === "browser";
    this.change({ place: here ? "browser" : "server" });
    this.useEncoder(here ? "landmarks" : codec);
    this.client = this.newClient();
    this.source.start((picture) => this.take(picture), () => this.sourceEnded());
    this.client.connect();
  }

  get id(): string | null {
    return this.client.resume?.session ?? null;
  }

  get video(): HTMLVideoElement {
    return this.source.video;
  }

  get mirrored(): boolean {
    return this.source.mirrored;
  }

  /** Moves the pose to the server or into the browser; the session goes on. */
  async choosePlace(place: "server" | "browser"): Promise<void> {
    if (place === this.current.place || this.current.state === "ended") return;
    this.measuring = false;
    this.change({ place }); // what was chosen is seen at once; loading and trying take a moment
    if (place === "browser" && !(await this.loadPose())) return this.change({ place: "server" });
    const codec = place === "browser" ? "landmarks" : await serverCodec(this.size);
    if (this.current.place !== place) return; // chosen anew meanwhile
    this.delays.clear();
    this.useEncoder(codec);
    this.client.renew(this.hello());
  }

  /** Once more, it ends without waiting for the result, as it does before the server has admitted it. */
  async end(): Promise<void> {
    if (this.current.state === "ended" || this.current.ending || !this.id) return this.giveUp();
    this.change({ ending: true });
    // A failure is told by itself; the repetitions so far are kept.
    await this.client.end().catch(() => {});
    this.release();
  }

  // A file is over; a camera was unplugged, or taken by another program.
  private sourceEnded(): void {
    if (this.current.ending || this.current.state === "ended") return;
    this.change({ cameraLost: this.source.kind === "camera" });
    void this.end();
  }

  // Ends without a result: the server keeps what was confirmed.
  private giveUp(): void {
    this.client.close();
    this.change({ ending: false });
    this.release();
  }

  private release(): void {
    clearInterval(this.ticker);
    document.removeEventListener("visibilitychange", this.hold);
    cancelAnimationFrame(this.frameRequest);
    this.source.stop();
    this.h264?.close();
    this.closePose();
  }

  private closePose(): void {
    this.measuring = false;
    this.localPose?.close();
    this.localPose = null;
    this.loading = null;
  }

  private media(): MediaDescription {
    const media: MediaDescription = { codec: this.current.codec, ...this.size, fps: this.fps };
    if (media.codec === "landmarks") media.pose_model = "blazepose_lite";
    return media;
  }

  private hello(): Omit<HelloMessage, "type" | "resume"> {
    const { sport, athlete, parameters } = this.options;
    return { sport, athlete, parameters, media: this.media(), client: "plyo-web/0.1" };
  }

  private newClient(resume = this.options.resume ?? null): LiveClient {
    const client = new LiveClient({
      url: this.options.url, hello: this.hello(), mostWaitingBytes: MOST_WAITING_BYTES, ...(resume && { resume }),
    });
    client.on("state", ({ state, retryInMs }) => {
      if (client !== this.client) return;
      if (state === "open") this.h264?.requestKey();
      this.change({ state, retryInMs: retryInMs ?? null });
      this.hold();
      if (state === "waiting") void this.considerBrowser();
    });
    client.on("message", (message) => { if (client === this.client) this.answer(message); });
    client.on("failed", (failure) => { if (client === this.client) this.failed(failure); });
    return client;
  }

  // A hidden page gets no pictures of a video that plays on.
  private readonly hold = (): void => {
    const { state, ending } = this.current;
    if (state !== "ended" && !ending) this.source.hold(state !== "open" || document.hidden);
  };

  private failed(failure: LiveError): void {
    // A stream that the server cannot read is sent as single pictures instead, in the same session.
    if (UNREADABLE.has(failure.code) && this.current.codec === "h264" && !this.current.ending) {
      this.useEncoder("jpeg");
      this.client = this.newClient(this.client.resume);
      this.client.connect();
      return;
    }
    void this.fail(failure);
    this.release();
  }

  private useEncoder(codec: Codec): void {
    this.h264?.close();
    this.h264 = null;
    this.jpeg = null;
    if (codec === "jpeg") this.jpeg = new JpegEncoder(this.size.width, this.size.height);
    this.change({ codec });
  }

  private newH264(): H264Encoder {
    let given = 0;
    const encoder: H264Encoder = new H264Encoder({
      ...this.size, bitRate: BIT_RATE, fps: this.h264Fps,
      onPicture: ({ payload, key, captureUs }) => {
        given++;
        this.send({ kind: MediaKind.h264, key, captureUs, ...this.size, payload });
      },
      onError: () => {
        if (encoder !== this.h264) return;
        this.h264 = null; // another begins with a key picture, in the same stream
        if (given >= PROVED_PICTURES) return;
        this.useEncoder("jpeg");
        this.client.renew(this.hello());
      },
    });
    return encoder;
  }

  private take(picture: Picture): void {
    this.ticksBlind = 0;
    this.captures.add(picture.captureUs, picture.arrivedMs);
    const shape = shapeOf(this.video);
    if (!isSame(shape, this.shape)) { // a phone was turned
      this.shape = shape;
      this.fit();
    }
    if (this.measuring && this.localPose && !this.localPose.busy && picture.frame) {
      const frame = picture.frame.clone();
      void this.measure({ ...picture, frame, image: frame });
    }
    if (!this.limiter.wants(picture.captureUs)) return closePicture(picture);
    if (!this.client.ready) {
      if (this.client.state === "open") this.client.skip();
      return closePicture(picture);
    }
    if (this.current.codec === "landmarks") {
      void this.sendLandmarks(picture);
    } else if (this.current.codec === "h264" && picture.frame) {
      this.h264 ??= this.newH264();
      if (this.h264.waiting > 2) this.client.skip();
      else this.h264.encode(picture.frame);
      closePicture(picture);
    } else {
      void this.sendJpeg(picture);
    }
  }

  private send(picture: MediaPicture): number | null {
    const sequence = this.client.send(picture);
    if (sequence !== null) this.firstUs ??= picture.captureUs;
    return sequence;
  }

  private async sendJpeg(picture: Picture): Promise<void> {
    const { jpeg, size } = this;
    const payload = jpeg ? await jpeg.encode(picture.image) : null;
    closePicture(picture);
    if (jpeg !== this.jpeg) return; // another stream has begun
    if (payload) this.send({ kind: MediaKind.jpeg, key: true, captureUs: picture.captureUs, ...size, payload });
    else this.client.skip();
  }

  private async sendLandmarks(picture: Picture): Promise<void> {
    if (!this.localPose || this.localPose.busy) {
      this.client.skip();
      return closePicture(picture);
    }
    const { shape, size } = this;
    const found = await this.localPose.find(picture);
    if (!found || this.current.codec !== "landmarks" || size !== this.size) return;
    const people = scaled(found.people, size.width / shape.width, size.height / shape.height);
    const sequence = this.send({ kind: MediaKind.landmarks, key: true, captureUs: found.captureUs, ...size, payload: packLandmarks(people) });
    this.localTimes.add(found.tookMs, performance.now());
    if (sequence !== null) this.show(people.map((p) => ({ landmarks: shown(p) })), found.captureUs, sequence, size);
  }

  private answer(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        this.tell(message);
        if (!message.resumed) this.firstUs = null; // times go on after a loss
        this.change({ model: message.pose_model ?? "" });
        this.keep("open");
        this.respect(message.capacity);
        break;
      case "capacity":
        this.respect(message);
        break;
      case "pose":
        this.takePose(message);
        break;
      case "rep":
        this.tell(message);
        this.timeRep(message.rep);
        break;
      case "result": // also unasked for, where the session had ended before it was resumed
        this.tell(message);
        this.keep("over");
        this.release();
        break;
      default:
        this.tell(message);
    }
  }

  protected override keep(what: "nothing" | "open" | "over"): void {
    const { resume } = this.client;
    if (!resume) return;
    const left = { resume: { session: resume.session, token: resume.token }, media: this.media(), over: what === "over" };
    this.options.onLeft?.(what === "nothing" ? null : left);
  }

  /** Sends at the rate and in the size that the server wants. */
  private respect(wanted: Capacity): void {
    if (!isSame(wanted, this.size)) this.wanted = wanted; // else it says what it gets
    this.limiter.setRate(wanted.fps);
    this.h264Fps = wanted.fps;
    this.h264?.setRate(BIT_RATE, wanted.fps);
    if (this.current.codec !== "landmarks") this.fit(); // else no picture is sent
  }

  // The size that the server wants, of the shape that the camera has. That of a stream never changes: another one begins.
  private fit(): void {
    const { width, height } = this.shape;
    const size = this.wanted ? wantedSize(width, height, this.wanted) : fitSize(width, height);
    if (isSame(size, this.size)) return;
    this.size = size;
    this.useEncoder(this.current.codec);
    this.client.renew(this.hello());
  }

  private takePose(message: PoseMessage): void {
    this.analysedUs = message.t_us;
    this.tell(message);
    // Found here, it has been drawn already.
    if (this.current.codec === "landmarks") return;
    const size = { width: message.width ?? this.size.width, height: message.height ?? this.size.height };
    this.show(message.people, message.t_us, message.sequence, size);
  }

  private show(people: readonly ShownPerson[], captureUs: number, sequence: number, size: Size): void {
    if (captureUs <= this.drawnUs) return; // of the past: caught up with for the analysis
    const wasIdle = this.newest === null;
    this.newest = { people, captureUs, sequence, ...size };
    if (wasIdle) this.frameRequest = requestAnimationFrame(() => this.drawNewest());
  }

  private drawNewest(): void {
    const newest = this.newest;
    this.newest = null;
    if (!newest) return;
    this.drawnUs = newest.captureUs;
    this.onSkeleton(newest);
    // When the next picture of the screen begins, this one has gone to it.
    requestAnimationFrame((nowMs) => {
      const capturedMs = this.captures.toPageMs(newest.captureUs);
      if (capturedMs === null || document.hidden) return;
      const delay = Math.max(nowMs, performance.now()) - capturedMs;
      this.delays.add(delay, nowMs);
      tellSkeleton(capturedMs, capturedMs + delay, newest.sequence);
      if (nowMs - this.lastSeenMs >= 1000) {
        this.lastSeenMs = nowMs;
        this.client.seen(newest.sequence, delay);
      }
    });
  }

  private timeRep(rep: RepRow["rep"]): void {
    const landing = rep.events.find((event) => event.id === "landing");
    const tellSince = (name: "plyo.landing" | "plyo.window", captureUs: number): void => {
      const sinceMs = this.captures.toPageMs(captureUs);
      if (sinceMs !== null && Number.isFinite(sinceMs)) tellRep(name, sinceMs, rep);
    };
    if (landing) tellSince("plyo.landing", (this.firstUs ?? NaN) + landing.t_s * 1e6);
    tellSince("plyo.window", this.analysedUs ?? NaN);
  }

  // Counted in ticks: while the page itself could do nothing, neither did they pass.
  private lookForPictures(): void {
    const wanted = this.source.kind === "camera" && this.current.state === "open" && !this.current.ending && !document.hidden;
    this.ticksBlind = wanted ? this.ticksBlind + 1 : 0;
    const noPicture = this.ticksBlind > BLIND_TICKS;
    if (noPicture !== this.current.noPicture) this.change({ noPicture });
  }

  private tick(): void {
    this.lookForPictures();
    const now = performance.now();
    const typical = this.delays.percentile(0.5, now);
    const slow = this.delays.percentile(0.95, now);
    const { delayMs } = this.current;
    if (typical !== (delayMs?.typical ?? null) || slow !== (delayMs?.slow ?? null)) {
      this.change({ delayMs: typical === null || slow === null ? null : { typical, slow } });
    }
    if (slow !== null && slow > SLOW_MS && this.delays.count >= 60) void this.considerBrowser();
  }

  // Whether it is there; loaded once, whoever asks for it.
  private loadPose(): Promise<boolean> {
    this.triedBrowser = true;
    return this.loading ??= this.newPose();
  }

  private async newPose(): Promise<boolean> {
    this.change({ loadingPose: true });
    try {
      const pose = await LocalPose.load(this.options.poseBase);
      if (this.current.state === "ended") pose.close();
      else this.localPose = pose;
    } catch {
      this.loading = null; // it may be tried again
      this.change({ browserPoseFailed: true });
    }
    this.change({ loadingPose: false });
    return this.localPose !== null;
  }

  // Automatic: where the server is slow or full, this browser is measured on real pictures and used if it is fast enough.
  private async considerBrowser(): Promise<void> {
    const isThere = (): boolean => this.current.place === "browser";
    if (this.options.place !== "auto" || this.triedBrowser || isThere()) return;
    if (!(await this.loadPose()) || isThere()) return; // chosen meanwhile
    this.measuring = true;
    if (this.source.kind === "file") await this.measureStill();
  }

  // A file that waits gives no pictures: the one that it shows stands for those before it.
  private async measureStill(): Promise<void> {
    const { video } = this.source;
    for (let i = MEASURED_PICTURES; i > 0 && this.measuring && this.current.state === "waiting" && !this.localPose?.busy; i--) {
      const captureUs = Math.round((video.currentTime - i / this.fps) * 1e6);
      await this.measure({ captureUs, arrivedMs: performance.now(), frame: null, image: video });
    }
  }

  private async measure(picture: Picture): Promise<void> {
    const found = await this.localPose!.find(picture);
    if (!found || !this.measuring) return;
    this.localTimes.add(found.tookMs, performance.now());
    if (this.localTimes.count < MEASURED_PICTURES) return;
    if (isWorthMoving(this.localTimes.percentile(0.5, performance.now())!, this.current.state)) return this.choosePlace("browser");
    this.closePose();
  }
}

/** Whether a browser that takes so long for a picture does better than the server as it is now. */
export function isWorthMoving(pictureMs: number, server: LiveState): boolean {
  return pictureMs <= (server === "waiting" ? BETTER_THAN_NOTHING_MS : FAST_ENOUGH_MS);
}

function shapeOf(video: HTMLVideoElement): Size {
  return { width: video.videoWidth, height: video.videoHeight };
}

function isSame(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}

async function serverCodec(size: Size): Promise<Codec> {
  return (await H264Encoder.isPrompt({ ...size, fps: 30, bitRate: BIT_RATE })) ? "h264" : "jpeg";
}

function scaled(people: readonly PersonLandmarks[], x: number, y: number): PersonLandmarks[] {
  const factor = [x, y, x, 1];
  return people.map((person) => ({ ...person, image: Float32Array.from(person.image, (v, i) => v * factor[i % 4]!) }));
}

function shown(person: PersonLandmarks): Float32Array {
  return Float32Array.from({ length: LANDMARKS * 3 }, (_, i) => person.image[Math.floor(i / 3) * 4 + (i % 3 === 2 ? 3 : i % 3)]!);
}
