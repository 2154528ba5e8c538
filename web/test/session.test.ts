import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import type { HelloMessage } from "plyo";
import { Finishing } from "../src/coach/finishing";
import { LocalPose } from "../src/coach/local_pose";
import type { PoseReply, PoseRequest } from "../src/coach/pose_messages";
import { CoachSession, type CoachOptions, type SessionLeft } from "../src/coach/session";
import type { Picture, PictureSource } from "../src/coach/source";
import { Spectator } from "../src/coach/spectator";

// The page's side of a session, without a browser: what it asks of one is stood in for here.
class FakeDocument extends EventTarget {
  hidden = false;
  hide(hidden: boolean) { this.hidden = hidden; this.dispatchEvent(new Event("visibilitychange")); }
}

class FakeSocket {
  readyState = 0;
  bufferedAmount = 0;
  binaryType = "";
  onopen: ((event: object) => void) | null = null;
  onmessage: ((event: object) => void) | null = null;
  onclose: ((event: object) => void) | null = null;
  onerror: ((event: object) => void) | null = null;
  readonly sent: Array<string | Uint8Array> = [];
  constructor() { sockets.push(this); }
  send(data: string | Uint8Array) { this.sent.push(data); }
  close() { this.readyState = 3; }
  says(message: object) { this.onmessage?.({ data: JSON.stringify(message) }); }
  closes(code: number) { this.readyState = 3; this.onclose?.({ code, reason: "" }); }
  opens() {
    this.readyState = 1;
    this.onopen?.({});
  }
  welcomes(wish: object = { width: 640, height: 480 }) {
    this.opens();
    this.says({ type: "welcome", session: "s1", resume_token: "t1", resumed: false, capacity: { fps: 30, ...wish } });
  }
  get hello(): HelloMessage { return JSON.parse(this.sent[0] as string) as HelloMessage; }
}

class FakeCanvas {
  constructor(readonly width: number, readonly height: number) {}
  getContext() { return { drawImage() {} }; }
  async convertToBlob() { return new Blob([`${this.width}x${this.height}`]); }
}

class FakeWorker extends EventTarget {
  readonly asked: PoseRequest[] = [];
  terminated = false;
  constructor() { super(); workers.push(this); }
  postMessage(message: PoseRequest) { this.asked.push(message); }
  terminate() { this.terminated = true; }
  says(data: PoseReply) { this.dispatchEvent(Object.assign(new Event("message"), { data })); }
  // Answers the newest question, as a browser that takes so long.
  finds(tookMs: number) {
    const asked = this.asked.at(-1)!;
    assert.equal(asked.type, "find");
    this.says({ type: "found", captureUs: (asked as { captureUs: number }).captureUs, people: [], tookMs });
  }
}

// Gives every picture back at once.
class FakeEncoder {
  static isConfigSupported = async () => ({ supported: true });
  static newest: FakeEncoder;
  state = "unconfigured";
  constructor(private readonly init: VideoEncoderInit) { FakeEncoder.newest = this; }
  fails() {
    this.state = "closed";
    this.init.error(new DOMException("reclaimed", "QuotaExceededError"));
  }
  configure() { this.state = "configured"; }
  encode({ timestamp }: VideoFrame) { this.init.output({ byteLength: 1, copyTo() {}, type: "key", timestamp } as unknown as EncodedVideoChunk); }
  close() { this.state = "closed"; }
}

const frame = { clone: () => frame, close() {} } as VideoFrame;

class FakeSource implements PictureSource {
  readonly mirrored = false;
  readonly video = { videoWidth: 640, videoHeight: 480, currentTime: 0 } as HTMLVideoElement & { videoWidth: number; videoHeight: number };
  held: boolean | null = null;
  stopped = false;
  onEnd = (): void => {};
  private onPicture: (picture: Picture) => void = () => {};
  constructor(readonly kind: "camera" | "file" = "camera") {}
  start(onPicture: (picture: Picture) => void, onEnd: () => void) { Object.assign(this, { onPicture, onEnd }); }
  hold(held: boolean) { this.held = held; }
  stop() { this.stopped = true; }
  turn(width: number, height: number) { Object.assign(this.video, { videoWidth: width, videoHeight: height }); }
  gives(captureUs: number, from: VideoFrame | null = null) { this.onPicture({ captureUs, arrivedMs: captureUs / 1000, frame: from, image: this.video }); }
}

let page: FakeDocument;
let sockets: FakeSocket[];
let workers: FakeWorker[];
/** What the server is asked for over HTTP, and its answers: a status, what it has stored, or an error of the network. */
let asked: string[];
let answers: Array<number | object>;

beforeEach(() => {
  page = new FakeDocument();
  sockets = [];
  workers = [];
  asked = [];
  answers = [];
  mock.method(globalThis, "fetch", async (path: string) => {
    asked.push(path);
    const answer = answers.shift() ?? new TypeError("nobody expected it");
    if (answer instanceof Error) throw answer;
    return typeof answer === "number" ? new Response(null, { status: answer }) : Response.json(answer);
  });
  Object.assign(globalThis, {
    document: page, WebSocket: FakeSocket, OffscreenCanvas: FakeCanvas, requestAnimationFrame: () => 0, cancelAnimationFrame() {},
    Worker: FakeWorker, createImageBitmap: async () => ({ close() {} }),
  });
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
});
afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
  for (const name of ["VideoEncoder", "VideoFrame"]) Reflect.deleteProperty(globalThis, name);
});

const settled = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

async function begin(source: FakeSource, options: Partial<CoachOptions> = {}): Promise<CoachSession> {
  return CoachSession.begin(source, { url: "ws://here/v1/live", sport: "cmj", athlete: {}, parameters: {}, place: "server", poseBase: "", ...options });
}

// The sizes that a connection told, and that of every picture by its header and its own content.
function sizesOf({ hello, sent }: FakeSocket): { hello: string; pictures: string[] } {
  const pictures = sent.filter((data): data is Uint8Array => data instanceof Uint8Array).map((data) => {
    const header = new DataView(data.buffer, data.byteOffset, 24);
    const size = `${header.getUint16(16, true)}x${header.getUint16(18, true)}`;
    assert.equal(new TextDecoder().decode(data.subarray(24)), size);
    return size;
  });
  return { hello: `${hello.media!.width}x${hello.media!.height}`, pictures };
}

test("a file waits while the page is hidden, which gets no pictures of it, and while there is no connection", async () => {
  const source = new FakeSource("file");
  await begin(source);
  assert.equal(source.held, true);
  sockets[0]!.welcomes();
  assert.equal(source.held, false);
  page.hide(true);
  assert.equal(source.held, true);
  sockets[0]!.closes(1006);
  page.hide(false);
  assert.equal(source.held, true);
  mock.timers.tick(60_000);
  page.hide(true);
  sockets[1]!.welcomes();
  assert.equal(source.held, true);
  page.hide(false);
  assert.equal(source.held, false);
});

test("a phone that is turned has its pictures sent in their new shape, in the same session", async () => {
  const source = new FakeSource();
  await begin(source);
  sockets[0]!.welcomes();
  assert.deepEqual(sizesOf(sockets[0]!), { hello: "640x480", pictures: [] });
  source.gives(0);
  await settled();
  source.turn(480, 640);
  source.gives(33_333); // is of the new shape, and of no stream yet
  await settled();
  assert.deepEqual(sizesOf(sockets[0]!), { hello: "640x480", pictures: ["640x480"] });
  assert.equal(sockets[1]!.readyState, 0);
  sockets[1]!.welcomes({ width: 320, height: 240 });
  assert.equal(sockets[1]!.hello.resume?.session, "s1");
  assert.equal(sizesOf(sockets[1]!).hello, "480x640");
  // What the server wished holds when it is turned again.
  sockets[2]!.welcomes({ width: 320, height: 240 });
  source.turn(640, 480);
  source.gives(66_667);
  sockets[3]!.welcomes({ width: 320, height: 240 });
  source.gives(100_000);
  await settled();
  assert.deepEqual(sizesOf(sockets[3]!), { hello: "320x240", pictures: ["320x240"] });
});

test("pictures of a camera whose shapes differ do not shrink with each turn by what the server repeats", async () => {
  const source = new FakeSource();
  await begin(source);
  sockets[0]!.welcomes();
  source.turn(360, 640);
  source.gives(0);
  assert.equal((sockets[1]!.welcomes({ width: 360, height: 640 }), sizesOf(sockets[1]!).hello), "360x640");
  source.turn(640, 480);
  source.gives(33_333);
  assert.equal((sockets[2]!.welcomes(), sizesOf(sockets[2]!).hello), "640x480");
});

test("a phone that is turned while its browser loads is no other choice", async () => {
  const source = new FakeSource();
  const session = await begin(source);
  sockets[0]!.welcomes();
  const chosen = session.choosePlace("browser");
  source.turn(480, 640);
  source.gives(0);
  sockets[1]!.welcomes({ width: 480, height: 640 });
  workers[0]!.says({ type: "loaded" });
  await chosen;
  assert.deepEqual([session.view.place, session.view.codec], ["browser", "landmarks"]);
});

test("a session that the server never admitted ends at once and lets the camera go", async () => {
  const source = new FakeSource();
  const session = await begin(source);
  sockets[0]!.opens();
  sockets[0]!.says({ type: "error", code: "no_capacity", message: "full", fatal: true, retry_after_s: 3 });
  sockets[0]!.closes(1013);
  assert.equal(session.view.state, "waiting");
  void session.end();
  assert.deepEqual([session.view.state, session.view.ending, source.stopped], ["ended", false, true]);
  mock.timers.tick(60_000);
  assert.equal(sockets.length, 1);
});

test("the end waits for a lost connection to be back, unless it is asked for once more", async () => {
  const source = new FakeSource();
  const session = await begin(source);
  sockets[0]!.welcomes();
  sockets[0]!.closes(1006);
  void session.end();
  source.onEnd(); // the camera is pulled out: that is not the user's asking
  await settled();
  assert.deepEqual([session.view.state, session.view.ending, source.stopped], ["reconnecting", true, false]);
  void session.end();
  await settled();
  assert.deepEqual([session.view.state, session.view.ending, source.stopped], ["ended", false, true]);
});

test("what a browser lacks leaves no session behind, and no camera", async () => {
  for (const lack of [() => Reflect.deleteProperty(globalThis, "OffscreenCanvas"), (source: FakeSource) => { source.start = () => { throw new TypeError("no such callback"); }; }]) {
    sockets = [];
    const source = new FakeSource();
    lack(source);
    await assert.rejects(begin(source));
    page.hide(false);
    mock.timers.tick(60_000);
    assert.deepEqual([source.stopped, source.held, sockets.length], [true, null, 0]);
    Object.assign(globalThis, { OffscreenCanvas: FakeCanvas });
  }
});

test("a camera that gives no pictures is told while they are wanted, and a file is not", async () => {
  const source = new FakeSource();
  const session = await begin(source);
  const file = await begin(new FakeSource("file"));
  mock.timers.tick(5000);
  assert.equal(session.view.noPicture, false, "nothing is wanted yet");
  for (const socket of sockets) socket.welcomes();
  source.gives(0);
  mock.timers.tick(1900);
  assert.equal(session.view.noPicture, false);
  mock.timers.tick(1100);
  assert.deepEqual([session.view.noPicture, file.view.noPicture], [true, false]);
  source.gives(3_000_000);
  mock.timers.tick(500);
  assert.equal(session.view.noPicture, false);
  page.hide(true);
  for (const socket of sockets) socket.says({ type: "quality", hints: [] });
  mock.timers.tick(5000);
  assert.equal(session.view.noPicture, false, "a hidden page gets none");
  page.hide(false);
  mock.timers.tick(3000);
  assert.equal(session.view.noPicture, true);
  void session.end();
  mock.timers.tick(500);
  assert.equal(session.view.noPicture, false);
});

test("a session whose camera goes away is ended and says why; a file that is over is no loss", async () => {
  for (const kind of ["camera", "file"] as const) {
    sockets = [];
    const source = new FakeSource(kind);
    const session = await begin(source);
    sockets[0]!.welcomes();
    source.onEnd();
    assert.deepEqual([session.view.ending, session.view.cameraLost], [true, kind === "camera"]);
  }
});

test("a plan that is used up is no full server: nobody waits for another month", async () => {
  const source = new FakeSource();
  const session = await begin(source);
  sockets[0]!.opens();
  sockets[0]!.says({ type: "error", code: "quota_exceeded", message: "used up", fatal: true, retry_after_s: 1_025_928 });
  sockets[0]!.closes(1013);
  assert.deepEqual([session.view.state, session.view.failure?.code, source.stopped], ["ended", "quota_exceeded", true]);
});

const jump = (index: number): object => (
  { type: "rep", track_id: 1, rep: { index, status: "confirmed", flags: [], events: [], phases: [], metrics: [] } }
);
const RESULT = { type: "result", result: { athletes: [], provenance: { model: { name: "blazepose_lite" } } } };

function fails(socket: FakeSocket, code: string, closeCode: number): void {
  socket.says({ type: "error", code, message: "no good", fatal: true });
  socket.closes(closeCode);
}

async function beginH264(source: FakeSource): Promise<CoachSession> {
  Object.assign(globalThis, { VideoEncoder: FakeEncoder, VideoFrame: class { close() {} } });
  const session = await begin(source);
  assert.equal(session.view.codec, "h264");
  return session;
}

test("a stream that the server cannot read goes on as single pictures, in the same session", async () => {
  const source = new FakeSource();
  const session = await beginH264(source);
  fails(sockets[0]!, "unsupported_codec", 4415); // before it began
  sockets[1]!.welcomes();
  assert.deepEqual([sockets[1]!.hello.media!.codec, sockets[1]!.hello.resume], ["jpeg", undefined]);
  session.end();

  sockets = [];
  const other = await beginH264(new FakeSource());
  sockets[0]!.welcomes();
  sockets[0]!.says(jump(1));
  fails(sockets[0]!, "media_undecodable", 4422);
  sockets[1]!.opens();
  assert.equal(sockets[1]!.hello.media!.codec, "jpeg");
  assert.deepEqual(sockets[1]!.hello.resume, { session: "s1", token: "t1", last_rep: 1 });
  assert.deepEqual([other.view.rows.length, other.view.failure], [1, null]);
});

test("an encoder that served and was taken away is replaced in the same stream; one that is no good is not", async () => {
  const source = new FakeSource();
  const session = await beginH264(source);
  const sent = (socket: FakeSocket): number => socket.sent.filter((data) => data instanceof Uint8Array).length;
  sockets[0]!.welcomes();
  let count = 0;
  const gives = (pictures: number): void => {
    for (let i = 0; i < pictures; i++) source.gives(count++ * 33_334, { ...frame, timestamp: count } as VideoFrame);
  };
  for (let times = 1; times <= 3; times++) {
    gives(40);
    FakeEncoder.newest.fails();
    assert.deepEqual([session.view.codec, sockets.length, sent(sockets[0]!)], ["h264", 1, 40 * times]);
  }
  gives(10);
  FakeEncoder.newest.fails();
  sockets[1]!.opens();
  assert.deepEqual([session.view.codec, sockets[1]!.hello.media!.codec], ["jpeg", "jpeg"]);
});

test("pictures are left out before half a second of them waits for the network", async () => {
  const source = new FakeSource();
  await beginH264(source);
  sockets[0]!.welcomes();
  for (const [captureUs, waiting] of [[0, 0], [33_334, 62_500], [66_668, 1000]] as const) {
    sockets[0]!.bufferedAmount = waiting;
    source.gives(captureUs, { ...frame, timestamp: captureUs } as VideoFrame);
  }
  const media = sockets[0]!.sent.filter((data): data is Uint8Array => data instanceof Uint8Array);
  assert.deepEqual(media.map((data) => data[4]), [0, 2]);
});

test("another failure of that close code is told, and none begins a session anew while one is ended", async () => {
  for (const [code, ending] of [["resource_limit", false], ["resource_limit", true], ["media_undecodable", true]] as const) {
    sockets = [];
    const source = new FakeSource();
    const session = await beginH264(source);
    sockets[0]!.welcomes();
    if (ending) void session.end();
    fails(sockets[0]!, code, 4422);
    await settled();
    mock.timers.tick(60_000);
    assert.deepEqual([session.view.state, session.view.ending, session.view.failure?.code, source.stopped], ["ended", false, code, true]);
    assert.equal(sockets.length, 1);
  }
});

test("what a session is gone on with is told when it begins, and when it is over or somebody else's", async () => {
  const told: Array<SessionLeft | null> = [];
  const source = new FakeSource();
  const session = await begin(source, { onLeft: (left) => told.push(left), resume: { session: "s1", token: "t1" } });
  assert.equal(session.id, "s1");
  sockets[0]!.welcomes();
  assert.deepEqual(sockets[0]!.hello.resume, { session: "s1", token: "t1", last_rep: 0 });
  const media = { codec: "jpeg", width: 640, height: 480, fps: 30 };
  assert.deepEqual(told, [{ resume: { session: "s1", token: "t1" }, media, over: false }]);
  sockets[0]!.says(jump(1));
  sockets[0]!.says(RESULT); // unasked for: it was over before
  assert.deepEqual(told.slice(1), [{ resume: { session: "s1", token: "t1" }, media, over: true }]);
  assert.deepEqual([session.view.state, session.view.documents.length, session.view.rows.length, source.stopped], ["ended", 1, 1, true]);

  const finishing = new Finishing(told[0]!, { url: "ws://here/v1/live", onLeft: (left) => told.push(left) });
  sockets[1]!.welcomes();
  assert.deepEqual([sockets[1]!.hello.resume?.session, sockets[1]!.sent.some((text) => text === '{"type":"end"}')], ["s1", true]);
  answers = [404];
  fails(sockets[1]!, "session_not_found", 4404);
  await settled();
  assert.equal(told.at(-1), null);
  assert.deepEqual([finishing.view.state, finishing.view.ending, finishing.view.failure?.code], ["ended", false, "session_not_found"]);
});

test("a session that the server ended meanwhile has its result all the same, as soon as it is there", async () => {
  const told: Array<SessionLeft | null> = [];
  const source = new FakeSource();
  const session = await begin(source, { onLeft: (left) => told.push(left) });
  sockets[0]!.welcomes();
  sockets[0]!.says(jump(1));
  sockets[0]!.closes(4408); // the phone was locked
  mock.timers.tick(10_000);
  sockets[1]!.opens();
  answers = [{ sport: "cmj", result: null }, 503, new TypeError("the network is away"), { sport: "cmj", result: RESULT.result }];
  fails(sockets[1]!, "session_not_found", 4404);
  await settled();
  assert.deepEqual([session.view.ending, session.view.documents.length, source.stopped], [true, 0, true]);
  for (let i = 0; i < 3; i++) {
    mock.timers.tick(15_000);
    await settled();
  }
  assert.deepEqual(asked, Array(4).fill("/v1/sessions/s1"));
  assert.deepEqual([session.view.ending, session.view.documents.length, session.view.rows.length, session.view.failure], [false, 1, 1, null]);
  assert.deepEqual(told.map((left) => left?.over), [false, true]);
});

test("what the server still has to end need not be waited for, and is there for the next visit", async () => {
  const told: Array<SessionLeft | null> = [];
  const session = await begin(new FakeSource(), { onLeft: (left) => told.push(left) });
  sockets[0]!.welcomes();
  void session.end(); // asked for while the connection was away
  answers = [{ sport: "cmj", result: null }];
  fails(sockets[0]!, "session_not_found", 4404);
  await settled();
  assert.equal(session.view.ending, true);
  void session.end();
  assert.deepEqual([session.view.ending, session.view.failure?.code], [false, "session_not_found"]);
  mock.timers.tick(60_000);
  await settled();
  assert.equal(asked.length, 1);
  assert.deepEqual(told.map((left) => left?.over), [false]);
});

test("who follows a session that is over has its results; one that is away is not waited for", async () => {
  for (const [answer, documents, failed] of [[{ sport: "cmj", result: RESULT.result }, 1, false], [{ sport: "cmj", result: null }, 0, true], [403, 0, true]] as const) {
    sockets = [];
    answers = [answer];
    const follower = new Spectator("ws://here/v1/live", "s1");
    sockets[0]!.opens();
    fails(sockets[0]!, "session_not_found", 4404);
    await settled();
    assert.deepEqual([follower.view.ending, follower.view.documents.length, follower.view.failure !== null], [false, documents, failed]);
  }
});

test("a jump is new when it is confirmed while the page is there for it, not when a resume brings it", async () => {
  const session = await begin(new FakeSource(), { resume: { session: "s1", token: "t1" } });
  const newest = (): number | undefined => session.view.confirmed?.rep.index;
  sockets[0]!.welcomes();
  for (const index of [1, 2]) sockets[0]!.says(jump(index));
  assert.deepEqual([session.view.rows.length, newest()], [2, undefined]);
  sockets[0]!.says({ type: "quality", hints: [] });
  sockets[0]!.says(jump(3));
  assert.equal(newest(), 3);
  sockets[0]!.closes(1006);
  mock.timers.tick(1000);
  sockets[1]!.welcomes();
  sockets[1]!.says(jump(4));
  sockets[1]!.says(RESULT);
  assert.deepEqual([session.view.rows.length, newest()], [4, 3]);
});

function isFull(socket: FakeSocket): void {
  socket.opens();
  socket.says({ type: "error", code: "no_capacity", message: "full", fatal: true, retry_after_s: 1 });
  socket.closes(1013);
}

test("a file that waits for a full server moves into a browser that is fast, which is measured on the picture it shows", async () => {
  const session = await begin(new FakeSource("file"), { place: "auto" });
  isFull(sockets[0]!);
  workers[0]!.says({ type: "loaded" });
  for (let i = 0; i < 15; i++) {
    await settled();
    workers[0]!.finds(40);
  }
  await settled();
  assert.equal(session.view.place, "browser");
  const times = workers[0]!.asked.slice(1).map((asked) => (asked as { captureUs: number }).captureUs);
  assert.deepEqual(times, [...new Set(times)].sort((a, b) => a - b));
  assert.ok(times.at(-1)! < 0, "the file's own pictures come later");
  sockets[1]!.opens();
  assert.equal(sockets[1]!.hello.media!.codec, "landmarks");
});

test("a browser that is chosen while it is being measured is kept, however slow", async () => {
  const source = new FakeSource();
  const session = await begin(source, { place: "auto" });
  isFull(sockets[0]!);
  mock.timers.tick(10_000);
  sockets[1]!.welcomes();
  const chosen = session.choosePlace("browser"); // while it is loaded for the measuring
  assert.equal(workers.length, 1);
  workers[0]!.says({ type: "loaded" });
  await chosen;
  await settled();
  sockets[2]!.welcomes();
  for (let i = 0; i < 20; i++) {
    source.gives(i * 33_333, frame);
    workers[0]!.finds(100);
    await settled();
  }
  assert.equal(sockets[2]!.sent.filter((data) => data instanceof Uint8Array).length, 20);
  assert.equal(session.view.place, "browser");
});

test("what was loaded for a session that is over meanwhile is closed", async () => {
  const session = await begin(new FakeSource(), { place: "auto" });
  isFull(sockets[0]!);
  void session.end();
  workers[0]!.says({ type: "loaded" });
  await settled();
  assert.ok(workers[0]!.terminated);
});

test("a pose finder that fails is ended, or answers that it found nothing", async () => {
  const loading = LocalPose.load("");
  workers[0]!.says({ type: "failed", message: "no model" });
  await assert.rejects(loading, /no model/);
  assert.ok(workers[0]!.terminated);

  const loaded = LocalPose.load("");
  workers[1]!.says({ type: "loaded" });
  const pose = await loaded;
  const picture: Picture = { captureUs: 0, arrivedMs: 0, frame, image: frame };
  const found = pose.find(picture);
  workers[1]!.dispatchEvent(new Event("error"));
  assert.equal(await found, null);
  workers[1]!.postMessage = () => { throw new DOMException("closed", "DataCloneError"); };
  assert.equal(await pose.find(picture), null);
  assert.equal(pose.busy, false);
});
