import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Backoff, LiveClient, LiveError, MediaKind, type LiveEvents, type LiveSocket } from "../src/index.js";

class FakeSocket implements LiveSocket {
  binaryType = "";
  readyState = 0;
  bufferedAmount = 0;
  onopen: LiveSocket["onopen"] = null;
  onmessage: LiveSocket["onmessage"] = null;
  onclose: LiveSocket["onclose"] = null;
  onerror: LiveSocket["onerror"] = null;
  readonly sent: Array<string | Uint8Array> = [];
  closedWith: number | undefined;
  constructor(readonly url: string, readonly protocols: string[]) {}
  send(data: string | Uint8Array) { this.sent.push(data); }
  close(code?: number) { this.closedWith = code; this.readyState = 3; }
  opens() { this.readyState = 1; this.onopen?.({}); }
  says(message: object) { this.onmessage?.({ data: JSON.stringify(message) }); }
  breaks(code = 1006, reason = "") { this.readyState = 3; this.onclose?.({ code, reason }); }
  texts(type: string) {
    return this.sent.filter((d): d is string => typeof d === "string").map((d) => JSON.parse(d)).filter((m) => m.type === type);
  }
}

const WELCOME = { type: "welcome", session: "s1", resume_token: "t1", capacity: { fps: 30, width: 640, height: 480 } };
const picture = { kind: MediaKind.h264, key: true, captureUs: 5, width: 640, height: 480, payload: Uint8Array.of(1) };
const rep = (index: number, status: string) => ({ type: "rep", track_id: 1, rep: { index, status, metrics: [] } });

let sockets: FakeSocket[];
let states: Array<LiveEvents["state"]>;
let failures: LiveError[];
/** What was asked over HTTP, and what is answered: a status, or null where the network is away. */
let asked: Array<{ url: string; key: string | null }>;
let status: number | null;

// Timers of these tests run when a test says so.
beforeEach(() => {
  sockets = [];
  states = [];
  failures = [];
  asked = [];
  status = null;
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(globalThis, "fetch", async (url: URL, init: RequestInit) => {
    asked.push({ url: `${init.method} ${url}`, key: new Headers(init.headers).get("authorization") });
    if (status === null) throw new TypeError("fetch failed");
    return new Response(null, { status });
  });
});
afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});
const settled = () => new Promise((resolve) => setImmediate(resolve));

function connect(options: object = {}) {
  const client = new LiveClient({
    url: "ws://here/v1/live",
    hello: { sport: "cmj", media: { codec: "h264", width: 640, height: 480, fps: 30 } },
    backoff: new Backoff({ firstMs: 100, random: () => 0.999 }),
    nowUs: () => 1000,
    openSocket: (url, protocols) => (sockets.push(new FakeSocket(url, protocols)), sockets.at(-1)!),
    ...options,
  });
  client.on("state", (s) => states.push(s));
  client.on("failed", (e) => failures.push(e));
  client.connect();
  return client;
}

function opened(options: object = {}) {
  const client = connect(options);
  sockets[0]!.opens();
  sockets[0]!.says(WELCOME);
  return client;
}

test("where there is no WebSocket it says what to give", () => {
  const had = Object.getOwnPropertyDescriptor(globalThis, "WebSocket");
  Reflect.deleteProperty(globalThis, "WebSocket");
  try {
    const client = new LiveClient({ url: "ws://here/v1/live", hello: { sport: "cmj" } });
    const failures: string[] = [];
    client.on("failed", ({ message }) => failures.push(message));
    client.connect();
    assert.match(failures.join(), /Node\.js has one from 22.*openSocket/);
    assert.equal(client.state, "ended");
  } finally {
    if (had) Object.defineProperty(globalThis, "WebSocket", had);
  }
});

test("hello goes first and nothing else before welcome", () => {
  const client = connect({ token: "abc" });
  assert.deepEqual(sockets[0]!.protocols, ["plyo.live.1", "plyo.token.abc"]);
  assert.equal(client.send(picture), null);
  sockets[0]!.opens();
  assert.equal(client.send(picture), null);
  assert.equal(client.ready, false);
  assert.equal(sockets[0]!.sent.length, 1);
  assert.equal(sockets[0]!.texts("hello")[0].sport, "cmj");
  assert.equal(sockets[0]!.texts("hello")[0].resume, undefined);
  sockets[0]!.says(WELCOME);
  assert.equal(client.ready, true);
  assert.deepEqual(states.map((s) => s.state), ["connecting", "open"]);
  assert.throws(() => client.connect());
});

test("sequences count every picture, sent or left out", () => {
  const client = opened();
  assert.equal(client.send(picture), 0);
  client.skip();
  assert.equal(client.send(picture), 2);
  const media = sockets[0]!.sent.filter((d): d is Uint8Array => typeof d !== "string");
  assert.deepEqual(media.map((m) => m[4]), [0, 2]);
});

test("a full socket is no place for one more picture", () => {
  const client = opened({ mostWaitingBytes: 1000 });
  sockets[0]!.bufferedAmount = 1001;
  assert.equal(client.ready, false);
  sockets[0]!.bufferedAmount = 1000;
  assert.equal(client.ready, true);
});

test("a lost connection is resumed after the last confirmed repetition", () => {
  const client = opened();
  sockets[0]!.says(rep(1, "confirmed"));
  sockets[0]!.says(rep(2, "provisional"));
  client.send(picture);
  sockets[0]!.breaks();
  assert.equal(client.state, "reconnecting");
  assert.ok(Math.abs((states.at(-1)!.retryInMs ?? 0) - 100) < 1);
  mock.timers.tick(100);
  assert.equal(sockets.length, 2);
  sockets[1]!.opens();
  assert.deepEqual(sockets[1]!.texts("hello")[0].resume, { session: "s1", token: "t1", last_rep: 1 });
  sockets[1]!.says({ ...WELCOME, resumed: true, resume_token: "t2" });
  assert.equal(client.state, "open");
  assert.equal(client.send(picture), 1);
  sockets[1]!.breaks(1001);
  mock.timers.tick(100);
  sockets[2]!.opens();
  assert.equal(sockets[2]!.texts("hello")[0].resume.token, "t2");
});

test("another client goes on with the session of one that is gone", async () => {
  const before = opened();
  assert.equal(connect().resume, null);
  for (const index of [1, 2]) sockets[0]!.says(rep(index, "confirmed"));
  const kept = JSON.parse(JSON.stringify(before.resume));
  assert.deepEqual(kept, { session: "s1", token: "t1", lastRep: 2 });
  before.close();
  for (const [resume, lastRep] of [[kept, 2], [{ session: "s1", token: "t1" }, 0]] as const) {
    sockets = [];
    const came: number[] = [];
    const client = connect({ resume });
    client.on("message", (message) => { if (message.type === "rep") came.push(message.rep.index); });
    const result = client.end(); // as soon as it is there
    sockets[0]!.breaks();
    assert.equal(client.state, "connecting");
    mock.timers.tick(100);
    sockets[1]!.opens();
    assert.deepEqual(sockets[1]!.texts("hello")[0].resume, { session: "s1", token: "t1", last_rep: lastRep });
    sockets[1]!.says({ ...WELCOME, resumed: true });
    for (const index of [1, 2, 3]) sockets[1]!.says(rep(index, "confirmed"));
    assert.deepEqual(came, lastRep ? [3] : [1, 2, 3]);
    assert.equal(client.resume?.lastRep, 3);
    assert.equal(sockets[1]!.texts("end").length, 1);
    sockets[1]!.says({ type: "result", result: {} });
    await result;
  }
});

test("who follows has nothing to resume", () => {
  assert.equal(opened({ hello: { watch: "s1" } }).resume, null);
});

test("a repetition that another athlete's overtook is not skipped by a resume, and none comes twice", () => {
  for (const watch of [undefined, "s1"]) {
    sockets = [];
    const came: string[] = [];
    const client = opened(watch === undefined ? {} : { hello: { watch } });
    client.on("message", (message) => { if (message.type === "rep") came.push(`${message.rep.index} ${message.rep.status}`); });
    const lastRep = (socket: FakeSocket) => (socket.opens(), watch === undefined ? socket.texts("hello")[0].resume.last_rep : socket.texts("hello")[0].last_rep);
    for (const [index, status] of [[1, "provisional"], [2, "provisional"], [2, "confirmed"]] as const) sockets[0]!.says(rep(index, status));
    sockets[0]!.breaks();
    mock.timers.tick(100);
    assert.equal(lastRep(sockets[1]!), 0);
    sockets[1]!.says(WELCOME);
    for (const index of [1, 2, 3]) sockets[1]!.says(rep(index, "confirmed"));
    assert.deepEqual(came, ["1 provisional", "2 provisional", "2 confirmed", "1 confirmed", "3 confirmed"]);
    sockets[1]!.breaks();
    mock.timers.tick(100);
    assert.equal(lastRep(sockets[2]!), 3);
    client.close();
  }
});

test("a repetition that a resume does not bring is not asked for again", () => {
  const client = opened();
  for (const index of [1, 3, 4]) sockets[0]!.says(rep(index, "confirmed"));
  sockets[0]!.breaks();
  mock.timers.tick(100);
  sockets[1]!.opens();
  assert.equal(sockets[1]!.texts("hello")[0].resume.last_rep, 1);
  sockets[1]!.says({ ...WELCOME, resumed: true });
  for (const index of [3, 4, 6]) sockets[1]!.says(rep(index, "confirmed"));
  sockets[1]!.breaks();
  mock.timers.tick(100);
  sockets[2]!.opens();
  assert.equal(sockets[2]!.texts("hello")[0].resume.last_rep, 4, "5 may still come");
  client.close();
});

test("waits grow while nobody answers", () => {
  opened();
  sockets[0]!.breaks();
  mock.timers.tick(100);
  sockets[1]!.breaks();
  mock.timers.tick(150);
  assert.equal(sockets.length, 2);
  mock.timers.tick(50);
  assert.equal(sockets.length, 3);
});

test("a full server is asked again when it said", () => {
  const client = connect();
  sockets[0]!.opens();
  sockets[0]!.says({ type: "error", code: "no_capacity", message: "full", fatal: true, retry_after_s: 3 });
  sockets[0]!.breaks(1013, "retry_after_s=3");
  assert.equal(client.state, "waiting");
  mock.timers.tick(2999);
  assert.equal(sockets.length, 1);
  mock.timers.tick(1000);
  assert.equal(sockets.length, 2);
  assert.equal(failures.length, 0);
});

test("live sessions that are used up until the month ends are not waited for", () => {
  const client = connect();
  sockets[0]!.opens();
  sockets[0]!.says({ type: "error", code: "quota_exceeded", message: "used up", fatal: true, retry_after_s: 30 * 86_400 });
  sockets[0]!.breaks(1013, "retry_after_s=2592000");
  assert.equal(client.state, "ended");
  assert.deepEqual(failures.map((f) => [f.message, f.closeCode, f.code]), [["used up", 1013, "quota_exceeded"]]);
});

test("a session that is damaged is not tried again", () => {
  const client = connect();
  sockets[0]!.opens();
  sockets[0]!.says({ type: "error", code: "data_damaged", message: "damaged", fatal: true });
  sockets[0]!.breaks(1011, "");
  assert.equal(client.state, "ended");
  assert.deepEqual(failures.map((f) => f.code), ["data_damaged"]);
});

test("a wait that is longer than a timer takes is no short one", () => {
  const client = connect();
  sockets[0]!.opens();
  sockets[0]!.says({ type: "error", code: "no_capacity", message: "full", fatal: true, retry_after_s: 30 * 86_400 });
  sockets[0]!.breaks(1013, "retry_after_s=2592000");
  assert.equal(client.state, "waiting");
  mock.timers.tick(60_000);
  assert.equal(sockets.length, 1);
});

test("what a new try would not mend ends the session, with the server's words", () => {
  for (const code of [4400, 4401, 4404, 4409, 4415, 4422, 1002, 1009]) {
    failures = [];
    const client = opened();
    const socket = sockets.at(-1)!;
    socket.opens();
    socket.says(WELCOME);
    socket.says({ type: "error", code: "some_error", message: "no good", fatal: true });
    socket.breaks(code);
    assert.equal(client.state, "ended");
    assert.deepEqual(failures.map((f) => [f.message, f.closeCode, f.code]), [["no good", code, "some_error"]]);
  }
  const count = sockets.length;
  mock.timers.tick(60_000);
  assert.equal(sockets.length, count);
});

test("a key that is refused before the socket opens ends the session", async () => {
  const client = connect({ token: "abc" });
  status = 401;
  sockets[0]!.breaks();
  assert.equal(client.state, "connecting");
  await settled();
  assert.deepEqual(asked, [{ url: "HEAD http://here/v1/catalogue", key: "Bearer abc" }]);
  assert.equal(client.state, "ended");
  assert.deepEqual(failures.map((f) => [f.closeCode, f.code]), [[4401, "unauthorized"]]);
  mock.timers.tick(60_000);
  assert.equal(sockets.length, 1);
});

test("a cookie that has become stale is seen when the connection is lost", async () => {
  Object.defineProperty(globalThis, "location", { value: new URL("https://here/"), configurable: true });
  const client = opened({ url: "wss://here/v1/live" });
  const rejected = assert.rejects(client.end(), (error: LiveError) => error.closeCode === 4401);
  status = 401;
  sockets[0]!.breaks();
  await settled();
  assert.deepEqual(asked, []);
  mock.timers.tick(100);
  sockets[1]!.breaks();
  await settled();
  assert.equal(client.state, "ended");
  await rejected;
  assert.deepEqual(asked, [{ url: "HEAD https://here/v1/catalogue", key: null }]);
  Reflect.deleteProperty(globalThis, "location");
});

test("who sends his key in a header of the socket is not taken for nobody", async () => {
  const client = opened();
  status = 401;
  for (const code of [1001, 1006]) {
    sockets.at(-1)!.breaks(code);
    await settled();
    mock.timers.tick(1000);
  }
  assert.deepEqual([asked, client.state], [[], "reconnecting"]);
  client.close();
});

test("a server that only is away, or has no room for another connection, is tried again", async () => {
  const client = connect({ token: "abc" });
  for (const answer of [null, 200, 403, 503]) {
    status = answer;
    sockets.at(-1)!.breaks();
    await settled();
    assert.equal(client.state, "connecting");
    mock.timers.tick(10_000);
  }
  assert.equal(sockets.length, 5);
  status = 401;
  sockets[4]!.breaks();
  mock.timers.tick(10_000);
  sockets[5]!.opens();
  sockets[5]!.says(WELCOME);
  await settled();
  assert.equal(client.state, "open", "an answer that came too late ended it");
  client.close();
});

test("silence is a loss", () => {
  const client = opened({ silenceMs: 1000 });
  mock.timers.tick(900);
  sockets[0]!.says({ type: "quality", hints: [] });
  mock.timers.tick(900);
  assert.equal(client.state, "open");
  mock.timers.tick(100);
  assert.equal(client.state, "reconnecting");
  assert.equal(sockets[0]!.readyState, 3);
});

test("a result that takes longer to come than a silence is borne comes with the next connection", async () => {
  const client = opened({ silenceMs: 1000 });
  const result = client.end();
  mock.timers.tick(1000);
  assert.equal(client.state, "reconnecting");
  mock.timers.tick(100);
  mock.timers.tick(1000); // before it is welcomed, a silence is as long as ever
  assert.equal(sockets[1]!.readyState, 3);
  mock.timers.tick(200);
  sockets[2]!.opens();
  sockets[2]!.says({ ...WELCOME, resumed: true });
  sockets[2]!.says(rep(1, "confirmed"));
  mock.timers.tick(5999);
  assert.equal(client.state, "open");
  sockets[2]!.says({ type: "result", result: { schema: "plyo.analysis/1" } });
  assert.equal((await result).schema, "plyo.analysis/1");
});

test("who answers has nothing long under way: the next silence is a loss as soon as ever", () => {
  const client = opened({ silenceMs: 1000 });
  mock.timers.tick(1000);
  mock.timers.tick(100);
  sockets[1]!.opens();
  sockets[1]!.says({ ...WELCOME, resumed: true });
  sockets[1]!.says({ type: "clock", client_us: 600, server_us: 700 });
  mock.timers.tick(1000);
  assert.equal(client.state, "reconnecting");
  client.close();
});

test("a silence that no timer can wait for is no loss", () => {
  const delays: number[] = [];
  const timer = globalThis.setTimeout;
  globalThis.setTimeout = ((then: () => void, delay: number) => (delays.push(delay), timer(then, delay))) as typeof setTimeout;
  try {
    opened({ silenceMs: Infinity });
  } finally {
    globalThis.setTimeout = timer;
  }
  assert.ok(delays.includes(2 ** 31 - 1));
  assert.ok(delays.every((delay) => delay < 2 ** 31), String(delays));
});

test("the clock is asked and its answer used", () => {
  const client = opened();
  assert.deepEqual(sockets[0]!.texts("clock"), [{ type: "clock", client_us: 1000 }]);
  sockets[0]!.says({ type: "clock", client_us: 600, server_us: 10_800 });
  assert.equal(client.clock.offsetUs, 10_000);
  mock.timers.tick(200);
  assert.equal(sockets[0]!.texts("clock").length, 2);
});

test("end gives the result", async () => {
  const client = opened();
  const result = client.end();
  assert.equal(sockets[0]!.texts("end").length, 1);
  sockets[0]!.says({ type: "result", result: { schema: "plyo.analysis/1" } });
  assert.equal((await result).schema, "plyo.analysis/1");
  assert.equal(client.state, "ended");
  assert.equal(sockets[0]!.closedWith, 1000);
  await assert.rejects(client.end(), LiveError);
});

test("end is said once, and gives its result to everybody who asks", async () => {
  const client = opened();
  const results = Promise.all([client.end(), client.end()]);
  assert.equal(sockets[0]!.texts("end").length, 1);
  sockets[0]!.says({ type: "result", result: { schema: "plyo.analysis/1" } });
  assert.deepEqual((await results).map(({ schema }) => schema), ["plyo.analysis/1", "plyo.analysis/1"]);
});

test("no picture follows end", () => {
  const client = opened();
  void client.end();
  assert.ok(!client.ready);
  assert.equal(client.send(picture), null);
  assert.ok(!sockets[0]!.sent.some((data) => typeof data !== "string"));
});

test("who watches goes on watching after a loss, and resumes nothing", () => {
  opened({ hello: { watch: "s1" } });
  sockets[0]!.breaks(1006);
  mock.timers.tick(100);
  sockets[1]!.opens();
  const [hello] = sockets[1]!.texts("hello");
  assert.equal(hello.watch, "s1");
  assert.equal(hello.resume, undefined);
});

test("end is asked again after a resume", async () => {
  const client = opened();
  const result = client.end();
  sockets[0]!.breaks(1001);
  mock.timers.tick(100);
  sockets[1]!.opens();
  sockets[1]!.says(WELCOME);
  assert.equal(sockets[1]!.texts("end").length, 1);
  sockets[1]!.says({ type: "result", result: {} });
  await result;
});

test("close gives up everything that was waiting", async () => {
  const client = opened();
  const result = client.end();
  client.close();
  await assert.rejects(result, LiveError);
  mock.timers.tick(60_000);
  assert.equal(sockets.length, 1);
  assert.equal(failures.length, 0);
});

test("another hello goes on with the session over a new connection", () => {
  const client = opened();
  client.send(picture);
  client.renew({ sport: "cmj", media: { codec: "landmarks", width: 640, height: 480, fps: 30 } });
  assert.equal(sockets[0]!.closedWith, 4000);
  assert.equal(client.state, "reconnecting");
  sockets[1]!.opens();
  const [hello] = sockets[1]!.texts("hello");
  assert.equal(hello.media.codec, "landmarks");
  assert.equal(hello.resume.session, "s1");
  sockets[1]!.says(WELCOME);
  assert.equal(client.send(picture), 1);
});

test("another hello does not wait for the time that the first one was asked to", () => {
  const client = connect();
  sockets[0]!.opens();
  sockets[0]!.says({ type: "error", code: "no_capacity", message: "full", fatal: true, retry_after_s: 30 });
  sockets[0]!.breaks(1013, "retry_after_s=30");
  client.renew({ sport: "cmj", media: { codec: "landmarks", width: 640, height: 480, fps: 30 } });
  assert.deepEqual(states.at(-1), { state: "connecting" });
  sockets[1]!.opens();
  assert.equal(sockets[1]!.texts("hello")[0].media.codec, "landmarks");
  sockets[1]!.says(WELCOME);
  for (let s = 0; s < 60; s += 5) { // the wait that was given up opens nothing
    mock.timers.tick(5000);
    sockets[1]!.says({ type: "quality", hints: [] });
  }
  assert.equal(sockets.length, 2);
  client.close();
});

test("garbage from the server is passed over", () => {
  const client = opened();
  sockets[0]!.onmessage?.({ data: "{" });
  sockets[0]!.onmessage?.({ data: new ArrayBuffer(3) });
  assert.equal(client.state, "open");
});

const TICKET = { url: "/v1/live", protocols: ["plyo.live.1", "plyo.token.t9"] };

test("a ticket is asked for before each connection", async () => {
  let asked = 0;
  const client = connect({ url: "wss://here/page", ticket: async () => ({ ...TICKET, protocols: ["plyo.live.1", `plyo.token.t${++asked}`] }) });
  await settled();
  assert.equal(sockets[0]!.url, "wss://here/v1/live");
  assert.deepEqual(sockets[0]!.protocols, ["plyo.live.1", "plyo.token.t1"]);
  sockets[0]!.opens();
  sockets[0]!.says(WELCOME);
  sockets[0]!.breaks();
  mock.timers.tick(1000);
  await settled();
  assert.deepEqual(sockets[1]!.protocols, ["plyo.live.1", "plyo.token.t2"]);
  client.close();
});

test("a ticket that is refused ends the session, one that was lost is asked for again", async () => {
  const errors: object[] = [Object.assign(new Error("no network"), {}), Object.assign(new Error("busy"), { status: 503 }), Object.assign(new Error("no"), { status: 403, code: "consent_required" })];
  const client = connect({ ticket: () => Promise.reject(errors.shift()) });
  for (let i = 0; i < 3; i++) {
    await settled();
    mock.timers.tick(1000);
  }
  assert.equal(errors.length, 0);
  assert.equal(client.state, "ended");
  assert.deepEqual(failures.map((error) => [error.message, error.code]), [["no", "consent_required"]]);
  assert.equal(sockets.length, 0);
});

test("no ticket is waited for until another month", async () => {
  const client = connect({ ticket: () => Promise.reject(Object.assign(new Error("used up"), { status: 429, code: "quota_exceeded" })) });
  await settled();
  assert.equal(client.state, "ended");
  assert.deepEqual(failures.map((error) => error.code), ["quota_exceeded"]);
});

test("a client that was closed opens no socket when its ticket comes", async () => {
  const client = connect({ ticket: async () => TICKET });
  client.close();
  await settled();
  assert.equal(sockets.length, 0);
});

test("a connection by a ticket is not asked about over HTTP: the next has another", async () => {
  const client = connect({ ticket: async () => TICKET });
  await settled();
  sockets[0]!.breaks();
  await settled();
  assert.deepEqual(asked, []);
  client.close();
});
