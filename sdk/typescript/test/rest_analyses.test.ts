import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createReadStream } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, mock, test } from "node:test";
import { AnalysisCancelledError, AnalysisFailedError, ApiConnectionError, ForbiddenError, NotFoundError, Plyo, WaitTimeoutError, type AnalysisParams } from "../src/index.js";
import { parseEvents } from "../src/rest/sse.js";
import { broken, fakeServer, json, pieces, problem, quickWaits } from "./fake_server.js";

afterEach(() => mock.restoreAll());

const client = (server: { fetch: typeof fetch }) => new Plyo({ apiKey: "k", baseUrl: "http://here", fetch: server.fetch });
const state = (status: string, progress: number, more: object = {}) => ({ id: "ana_1", status, progress, files: [], ...more });

async function inFolder(work: (folder: string) => Promise<void>) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "plyo-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Of a multipart body: the parts with their headers. */
function partsOf(contentType: string, body: string) {
  const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(contentType)![1]!;
  const parts = body.split(`--${boundary}`);
  assert.equal(parts[0], "");
  assert.equal(parts.at(-1), "--\r\n");
  return parts.slice(1, -1).map((part) => {
    const [head, ...rest] = part.slice(2, -2).split("\r\n\r\n");
    return { head: head!.split("\r\n"), text: rest.join("\r\n\r\n") };
  });
}

test("a source is said in the words of the contract", async () => {
  const cases: Array<[object, object]> = [
    [{ fixture: "jump" }, { type: "fixture", name: "jump" }],
    [{ upload_id: "upl_1" }, { type: "upload", upload_id: "upl_1" }],
    [{ url: "https://a/b.mp4" }, { type: "url", url: "https://a/b.mp4" }],
    [{ landmarks_csv: "a,b" }, { type: "landmarks", csv: "a,b" }],
    [{ source: { type: "fixture", name: "failure" } }, { type: "fixture", name: "failure" }],
  ];
  for (const [given, source] of cases) {
    const server = fakeServer(json(state("queued", 0), 202));
    await client(server).analyses.create({ sport: "cmj", outputs: ["report"], ...given } as AnalysisParams);
    assert.deepEqual(JSON.parse(server.seen[0]!.body), { sport: "cmj", outputs: ["report"], source });
  }
  await assert.rejects(client(fakeServer()).analyses.create({ sport: "cmj" } as AnalysisParams), TypeError);
  await assert.rejects(client(fakeServer()).analyses.create({ sport: "cmj", fixture: "jump", url: "https://a" }), TypeError);
});

test("a file is sent beside its JSON, the same in every try", async () => inFolder(async (folder) => {
  quickWaits();
  const named = path.join(folder, 'my "jump".mp4');
  await writeFile(named, "\0video\r\n--");
  const files: Array<[AnalysisParams extends infer P ? (P extends { file: infer F } ? F : never) : never, string]> = [
    [new Blob(["\0video\r\n--"], { type: "video/mp4" }), "video"],
    [new TextEncoder().encode("\0video\r\n--"), "video"],
    [new TextEncoder().encode("\0video\r\n--").buffer, "video"],
    [pieces(["\0vid", "eo\r\n--"]), "video"],
    [createReadStream(named), "video"],
    [{ path: named }, "my %22jump%22.mp4"],
    [new File(["\0video\r\n--"], "folder/a.mp4"), "a.mp4"],
  ];
  for (const [file, name] of files) {
    const server = fakeServer(broken(), json(state("queued", 0), 202));
    await client(server).analyses.create({ sport: "cmj", athlete: { height_m: 1.8 }, file });
    assert.equal(server.seen[0]!.body, server.seen[1]!.body);
    assert.deepEqual(partsOf(server.seen[1]!.headers.get("content-type")!, server.seen[1]!.body), [
      { head: ['Content-Disposition: form-data; name="analysis"', "Content-Type: application/json"], text: '{"sport":"cmj","athlete":{"height_m":1.8}}' },
      { head: [`Content-Disposition: form-data; name="video"; filename="${name}"`, "Content-Type: application/octet-stream"], text: "\0video\r\n--" },
    ]);
  }
  await assert.rejects(client(fakeServer()).analyses.create({ sport: "cmj", file: "a.mp4" as never }), TypeError);
  await assert.rejects(client(fakeServer()).analyses.create({ sport: "cmj", file: { path: path.join(folder, "none") } }), { code: "ENOENT" });
}));

test("an analysis is waited for as the server asks", async () => {
  const waits = quickWaits();
  const server = fakeServer(json(state("queued", 0), 202, { "Retry-After": "3" }), json(state("running", 0.5), 200, { "Retry-After": "1" }),
    json(state("running", 0.5)), json(state("completed", 1)));
  const told: string[] = [];
  const done = await client(server).analyses.createAndWait({ sport: "cmj", fixture: "jump" }, { onProgress: ({ status, progress }) => told.push(`${status} ${progress}`) });
  assert.equal(done.status, "completed");
  assert.deepEqual(told, ["queued 0", "running 0.5", "completed 1"]);
  assert.ok(waits[0]! >= 3000 && waits[1]! >= 1000);
  assert.deepEqual(server.seen.map((seen) => `${seen.method} ${seen.path}`).slice(0, 2), ["POST /v1/analyses", "GET /v1/analyses/ana_1"]);
});

test("a failed or cancelled analysis throws", async () => {
  const error = { code: "not_a_video", detail: "no", remedy: "convert it" };
  const failed = client(fakeServer(json(state("failed", 0, { error }), 202))).analyses.createAndWait({ sport: "cmj", fixture: "failure" });
  await assert.rejects(failed, (thrown: AnalysisFailedError) =>
    thrown instanceof AnalysisFailedError && thrown.code === "not_a_video" && thrown.remedy === "convert it" && thrown.analysis.id === "ana_1");
  await assert.rejects(client(fakeServer(json(state("cancelled", 0)))).analyses.wait("ana_1"), AnalysisCancelledError);
});

test("waiting ends at its limit and by its signal", async () => {
  const stop = new AbortController();
  const running = () => json(state("running", 0));
  await assert.rejects(client(fakeServer(running(), running())).analyses.wait("ana_1", { timeoutMs: 20 }), (error: unknown) =>
    error instanceof WaitTimeoutError && error.analysis.status === "running");
  setTimeout(() => stop.abort(new Error("enough")), 5);
  await assert.rejects(client(fakeServer(running(), running())).analyses.wait("ana_1", { signal: stop.signal }), /enough/);
});

test("an outage in the middle of a wait is waited through", async () => {
  const waits = quickWaits();
  const now = () => waits.reduce((sum, ms) => sum + ms, 0);
  const fetch = async (_: unknown, init?: RequestInit) => {
    if (init!.method === "POST") return json(state("queued", 0), 202);
    if (now() < 1000) return json(state("running", 0.5));
    if (now() < 6000) throw broken();
    return now() < 7000 ? problem(503, "no_capacity") : json(state("completed", 1));
  };
  for (const options of [{}, { timeoutMs: 600_000 }]) {
    waits.length = 0;
    assert.equal((await client({ fetch }).analyses.createAndWait({ sport: "cmj", fixture: "jump" }, options)).status, "completed");
    assert.ok(now() >= 7000);
  }
  waits.length = 0;
  assert.equal((await client({ fetch }).analyses.wait("ana_1")).status, "completed");
});

test("waiting that is given up says for which analysis", async () => {
  const waits = quickWaits();
  const wait = (...answers: Parameters<typeof fakeServer>) => (options: object) =>
    client(fakeServer(json(state("queued", 0), 202), ...answers)).analyses.createAndWait({ sport: "cmj", fixture: "jump" }, options);
  // The first answer is there at once, the others are after the end.
  mock.method(Date, "now", () => 1000 * waits.length);
  await assert.rejects(wait(broken(), broken(), broken())({ timeoutMs: 3000 }), (error: WaitTimeoutError) =>
    error instanceof WaitTimeoutError && error.analysis.status === "queued" && error.cause instanceof ApiConnectionError);
  await assert.rejects(wait(problem(403, "forbidden"))({}), (error: ForbiddenError) => error instanceof ForbiddenError && error.analysis?.id === "ana_1");
  mock.method(Date, "now", () => 100_000 * waits.length);
  await assert.rejects(wait(json(state("running", 0)), ...Array.from({ length: 4 }, broken))({}), (error: ApiConnectionError) =>
    error instanceof ApiConnectionError && error.analysis?.status === "running");
});

test("server-sent events, cut anywhere", async () => {
  const text = ": hi\r\n\r\nevent: progress\r\ndata: {\"a\":\r\ndata:1}\r\nid: 7\r\n\r\ndata: ü\n\nevent: lost\n\nevent:done\rdata\r\rdata: cut";
  const expected = [{ event: "progress", data: '{"a":\n1}', id: "7" }, { event: "message", data: "ü", id: "7" }, { event: "done", data: "", id: "7" }];
  const bytes = new TextEncoder().encode(text);
  for (let size = 1; size <= bytes.length; size++) {
    const parts = [];
    for (let at = 0; at < bytes.length; at += size) parts.push(bytes.slice(at, at + size));
    const events = [];
    for await (const event of parseEvents(pieces(parts))) events.push(event);
    assert.deepEqual(events, expected, `pieces of ${size}`);
  }
});

const events = (...parts: string[]) => (error?: Error) => new Response(pieces(parts, error), { headers: { "Content-Type": "text/event-stream" } });
const event = (name: string, analysis: object) => `event: ${name}\ndata: ${JSON.stringify(analysis)}\n\n`;

test("an analysis is followed to its end over connections that break", async () => {
  quickWaits();
  const server = fakeServer(
    events(event("progress", state("running", 0.1)))(broken()),
    events()(),
    broken(),
    events(": still here\n\n", event("progress", state("running", 0.6)), "event: other\ndata: {}\n\n", event("completed", state("completed", 1)), event("progress", state("running", 1)))());
  const seen = [];
  for await (const { event, analysis } of client(server).analyses.stream("ana_1")) seen.push(`${event} ${analysis.progress}`);
  assert.deepEqual(seen, ["progress 0.1", "progress 0.6", "completed 1"]);
  assert.equal(server.seen[0]!.headers.get("accept"), "text/event-stream");
});

test("following gives up where nothing comes, and where there is nothing", async () => {
  quickWaits();
  const collect = async (server: { fetch: typeof fetch }) => { for await (const one of client(server).analyses.stream("ana_1")) void one; };
  await assert.rejects(collect(fakeServer(events()(), events()(), events()())), ApiConnectionError);
  await assert.rejects(collect(fakeServer(problem(404, "not_found"))), NotFoundError);
});

test("following ends with the loop and with the signal", async () => {
  const open = () => {
    let stopped = false;
    const server = fakeServer((seen) => {
      seen.init.signal!.addEventListener("abort", () => (stopped = true));
      return new Response(new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode(event("progress", state("running", 0.1))));
          seen.init.signal!.addEventListener("abort", () => controller.error(seen.init.signal!.reason));
        },
      }));
    });
    return { server, stopped: () => stopped };
  };
  const left = open();
  for await (const one of client(left.server).analyses.stream("ana_1")) if (one) break;
  assert.ok(left.stopped());
  const stop = new AbortController();
  const aborted = open();
  await assert.rejects(async () => {
    for await (const one of client(aborted.server).analyses.stream("ana_1", { signal: stop.signal })) if (one) setTimeout(() => stop.abort(new Error("enough")), 1);
  }, /enough/);
});

test("a file is a response, and is saved whole over a connection that breaks", async () => inFolder(async (folder) => {
  mock.method(Math, "random", () => 0);
  const content = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));
  const ranges: Array<string | undefined> = [];
  const server = http.createServer((request, response) => {
    const { range } = request.headers;
    ranges.push(range);
    if (request.url !== "/v1/analyses/ana_1/files/overlay.mp4") {
      response.writeHead(404, { "Content-Type": "application/problem+json" });
      return response.end(JSON.stringify({ code: "not_found", status: 404, detail: "d", remedy: "r", request_id: "1", title: "t", type: "u" }));
    }
    const begin = range ? Number(/^bytes=(\d+)-/.exec(range)![1]) : 0;
    response.writeHead(range ? 206 : 200, { "Content-Length": content.length - begin });
    if (range) return response.end(content.subarray(begin));
    response.write(content.subarray(0, 100_000));
    return setTimeout(() => request.socket.destroy(), 20);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { analyses } = new Plyo({ apiKey: "k", baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  const to = path.join(folder, "overlay.mp4");
  await analyses.saveFile("ana_1", "overlay.mp4", to);
  assert.ok((await readFile(to)).equals(content));
  assert.match(ranges[1]!, /^bytes=[1-9]\d*-$/);
  const part = await analyses.file("ana_1", "overlay.mp4", { range: "bytes=299990-" });
  assert.equal(part.status, 206);
  assert.equal((await part.arrayBuffer()).byteLength, 10);
  await assert.rejects(analyses.saveFile("ana_1", "none.csv", path.join(folder, "none.csv")), NotFoundError);
  assert.deepEqual(await readdir(folder), ["overlay.mp4"]);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}));
