import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, mock, test } from "node:test";
import { ApiConnectionError, Plyo, PlyoError, UploadError } from "../src/index.js";
import { broken, fakeServer, json, problem, quickWaits } from "./fake_server.js";

afterEach(() => mock.restoreAll());

const client = (server: { fetch: typeof fetch }) => new Plyo({ apiKey: "k", baseUrl: "http://here", fetch: server.fetch });
const upload = (parts: number[], status = "open", more: object = {}) => json({ id: "upl_1", status, bytes: 10, part_bytes: 4, parts, ...more });
const checked = (parts: number[], status = "open") => upload(parts, status, { sha256: "ab" });
const summary = (server: ReturnType<typeof fakeServer>) => server.seen.map((seen) => `${seen.method} ${seen.path.replace("/v1/uploads", "")} ${seen.body}`);

test("a file is sent in parts, and a part that broke again", async () => {
  quickWaits();
  const server = fakeServer(upload([]), upload([1]), broken(), problem(503, "store_failed"), upload([1, 2]), upload([1, 2, 3], "complete"));
  const told: number[] = [];
  const done = await client(server).uploads.uploadFile(new Blob(["0123456789"]), {
    partBytes: 4, sha256: "ab", onProgress: ({ uploadId, sentBytes, totalBytes }) => { assert.equal(uploadId, "upl_1"); assert.equal(totalBytes, 10); told.push(sentBytes); },
  });
  assert.equal(done.status, "complete");
  assert.deepEqual(summary(server), ['POST  {"bytes":10,"part_bytes":4,"sha256":"ab"}', "PUT /upl_1/parts/1 0123", "PUT /upl_1/parts/2 4567",
    "PUT /upl_1/parts/2 4567", "PUT /upl_1/parts/2 4567", "PUT /upl_1/parts/3 89"]);
  assert.equal(server.seen[1]!.headers.get("content-type"), "application/octet-stream");
  assert.deepEqual(told, [0, 4, 8, 10]);
});

test("an upload that broke off is gone on with", async () => {
  quickWaits();
  const gone = fakeServer(upload([]), broken(), broken(), broken());
  let id = "";
  await assert.rejects(client(gone).uploads.uploadFile(new TextEncoder().encode("0123456789"), { onProgress: ({ uploadId }) => (id = uploadId) }), (error: unknown) =>
    error instanceof UploadError && error.uploadId === "upl_1" && error.partNumber === 1 && error.cause instanceof ApiConnectionError);
  const folder = await mkdtemp(path.join(os.tmpdir(), "plyo-"));
  try {
    await writeFile(path.join(folder, "a.mp4"), "0123456789");
    const server = fakeServer(upload([2]), upload([1, 2]), upload([1, 2, 3]), upload([1, 2, 3], "complete"));
    const told: number[] = [];
    await client(server).uploads.uploadFile({ path: path.join(folder, "a.mp4") }, { uploadId: id, onProgress: ({ sentBytes }) => told.push(sentBytes) });
    assert.deepEqual(summary(server), ["GET /upl_1 ", "PUT /upl_1/parts/1 0123", "PUT /upl_1/parts/3 89", "GET /upl_1 "]);
    assert.deepEqual(told, [4, 8, 10]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a check that broke off is begun again by the last part", async () => {
  const server = fakeServer(upload([1, 2, 3]), upload([1, 2, 3], "complete"));
  const told: number[] = [];
  const done = await client(server).uploads.uploadFile(new Blob(["0123456789"]), { uploadId: "upl_1", onProgress: ({ sentBytes }) => told.push(sentBytes) });
  assert.equal(done.status, "complete");
  assert.deepEqual(summary(server), ["GET /upl_1 ", "PUT /upl_1/parts/3 89"]);
  assert.deepEqual(told, [8, 10]);
});

test("a check that takes its time is waited for", async () => {
  const waits = quickWaits();
  const server = fakeServer(checked([1, 2]), ...Array.from({ length: 5 }, () => checked([1, 2, 3])), checked([1, 2, 3], "complete"));
  assert.equal((await client(server).uploads.uploadFile(new Blob(["0123456789"]), { uploadId: "upl_1" })).status, "complete");
  assert.deepEqual(summary(server), ["GET /upl_1 ", "PUT /upl_1/parts/3 89", ...Array.from({ length: 5 }, () => "GET /upl_1 ")]);
  assert.equal(waits.length, 4);
  assert.ok(waits.every((ms, i) => ms >= 125 * 2 ** i && ms <= 250 * 2 ** i), String(waits));
});

test("a check that does not end, or finds another file", async () => {
  const waits = quickWaits();
  const answers = Array.from({ length: 400 }, () => checked([1, 2, 3]));
  const failed = (error: unknown) => error instanceof UploadError && error.uploadId === "upl_1" && /not complete/.test(error.message);
  await assert.rejects(client(fakeServer(checked([1, 2]), ...answers)).uploads.uploadFile(new Blob(["0123456789"]), { uploadId: "upl_1" }), failed);
  const total = waits.reduce((sum, ms) => sum + ms, 0);
  assert.ok(total >= 600_000 && total <= 605_000, String(total));
  const other = fakeServer(checked([1, 2]), checked([1, 2, 3]), checked([1, 2, 3]), checked([]));
  await assert.rejects(client(other).uploads.uploadFile(new Blob(["0123456789"]), { uploadId: "upl_1" }), failed);
  assert.equal(other.left(), 0);
});

test("an upload of another file, one that was used and one that is complete", async () => {
  const send = (server: { fetch: typeof fetch }, text: string) => client(server).uploads.uploadFile(new Blob([text]), { uploadId: "upl_1" });
  await assert.rejects(send(fakeServer(upload([])), "012"), PlyoError);
  await assert.rejects(send(fakeServer(upload([1, 2, 3], "used")), "0123456789"), PlyoError);
  assert.equal((await send(fakeServer(upload([1, 2, 3], "complete")), "0123456789")).status, "complete");
  await assert.rejects(send(fakeServer(upload([1, 2]), upload([1, 2, 3]), upload([1, 2, 3])), "0123456789"), PlyoError);
});

test("an upload ends with its signal", async () => {
  const stop = new AbortController();
  const server = fakeServer(upload([]), () => (stop.abort(new Error("enough")), upload([1])));
  await assert.rejects(client(server).uploads.uploadFile(new Blob(["0123456789"]), { signal: stop.signal }), /enough/);
  assert.equal(server.seen.length, 2);
});
