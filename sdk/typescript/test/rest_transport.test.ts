import assert from "node:assert/strict";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, mock, test } from "node:test";
import {
  API_VERSION, ApiConnectionError, ApiError, ApiTimeoutError, ConflictError, ForbiddenError, InvalidAnswerError, InvalidArgumentError, NoCapacityError, NotFoundError, Plyo,
  PlyoError, ProtocolError, QuotaExceededError, RateLimitedError, ServerError,
} from "../src/index.js";
import { sleep } from "../src/rest/transport.js";
import { broken, fakeServer, json, problem, quickWaits } from "./fake_server.js";

const ATHLETE = { id: "ath_01jdv2m3n4p5q6r7s8t9v0w1x2", created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-01T00:00:00Z", test: true };

afterEach(() => mock.restoreAll());

function client(server: { fetch: typeof fetch }, options: object = {}) {
  return new Plyo({ apiKey: "plyo_test_k", baseUrl: "http://here:1/", fetch: server.fetch, ...options });
}

test("a request carries key, version and what was asked", async () => {
  const server = fakeServer(json(ATHLETE, 201));
  const made = await client(server, { headers: { "X-Mine": "1" } }).athletes.create({ height_m: 1.8 });
  assert.equal(made.id, ATHLETE.id);
  const [seen] = server.seen;
  assert.equal(`${seen!.method} ${seen!.path} ${seen!.body}`, 'POST /v1/athletes {"height_m":1.8}');
  assert.equal(seen!.headers.get("authorization"), "Bearer plyo_test_k");
  assert.equal(seen!.headers.get("plyo-version"), API_VERSION);
  assert.equal(seen!.headers.get("content-type"), "application/json");
  assert.equal(seen!.headers.get("x-mine"), "1");
  assert.match(seen!.headers.get("idempotency-key")!, /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  assert.equal(seen!.init.credentials, "omit");
});

test("a page without a key is known by its cookie, at its own server", async () => {
  Object.assign(globalThis, { location: { origin: "https://coach.example" } });
  try {
    let url = "";
    const fetch = async (input: unknown, init?: RequestInit) => {
      url = String(input);
      assert.equal(init!.credentials, "same-origin");
      const headers = new Headers(init!.headers);
      assert.equal(headers.get("authorization"), null);
      assert.equal(headers.get("user-agent"), null);
      return json({ used: 1 });
    };
    await new Plyo({ fetch }).usage.get();
    assert.equal(url, "https://coach.example/v1/usage");
  } finally {
    delete (globalThis as { location?: unknown }).location;
  }
});

test("what was lost is sent again with the same key, and other calls have others", async () => {
  const waits = quickWaits();
  const server = fakeServer(broken(), problem(503, "no_capacity"), json(ATHLETE, 201), json(ATHLETE, 201));
  const plyo = client(server);
  await plyo.athletes.create({ name: "A" });
  await plyo.athletes.create({ name: "A" });
  const keys = server.seen.map((seen) => seen.headers.get("idempotency-key"));
  assert.equal(keys[0], keys[1]);
  assert.equal(keys[1], keys[2]);
  assert.notEqual(keys[2], keys[3]);
  assert.ok(server.seen.every((seen) => seen.body === '{"name":"A"}'));
  assert.equal(waits.length, 2);
  assert.ok(waits[0]! <= 500 && waits[1]! <= 1000);
});

test("a key of one's own is taken", async () => {
  const server = fakeServer(json(ATHLETE, 201));
  await client(server).athletes.create({}, { idempotencyKey: "mine" });
  assert.equal(server.seen[0]!.headers.get("idempotency-key"), "mine");
});

test("retries end, and only what may pass is tried again", async () => {
  quickWaits();
  for (const status of [408, 429, 500, 502, 503, 504]) {
    const server = fakeServer(problem(status, "internal"), problem(status, "internal"), problem(status, "internal"));
    await assert.rejects(client(server).usage.get(), (error: ApiError) => error.status === status);
    assert.equal(server.seen.length, 3);
  }
  for (const status of [400, 401, 403, 404, 409, 412, 413, 422, 501, 507]) {
    const server = fakeServer(problem(status, "conflict"));
    await assert.rejects(client(server).usage.get(), ConflictError);
    assert.equal(server.seen.length, 1);
  }
  const full = fakeServer(problem(503, "no_capacity"));
  await assert.rejects(client(full).usage.get({ maxRetries: 0 }), (error: unknown) => error instanceof NoCapacityError && error instanceof ServerError);
  const never = fakeServer(broken());
  await assert.rejects(client(never).usage.get({ maxRetries: 0 }), ApiConnectionError);
  assert.equal(never.seen.length, 1);
});

test("a change with If-Match is not sent twice where the first may have been carried out", async () => {
  quickWaits();
  const update = (server: { fetch: typeof fetch }) => client(server).athletes.update(ATHLETE.id, { name: "A" }, { ifMatch: '"1"' });
  for (const failure of [broken(), problem(502, "internal"), problem(503, "store_failed")]) {
    const server = fakeServer(failure, problem(412, "precondition_failed"));
    await assert.rejects(update(server), (error: unknown) => error instanceof ApiConnectionError || (error as ApiError).status >= 502);
    assert.equal(server.seen.length, 1);
  }
  const refused = new TypeError("fetch failed", { cause: Object.assign(new Error("connect"), { code: "ECONNREFUSED" }) });
  for (const refusal of [refused, problem(429, "rate_limited"), problem(503, "no_capacity")]) {
    assert.equal((await update(fakeServer(refusal, json(ATHLETE)))).id, ATHLETE.id);
  }
});

test("a deletion whose answer was lost is done", async () => {
  quickWaits();
  const remove = (...answers: Parameters<typeof fakeServer>) => client(fakeServer(...answers)).athletes.delete(ATHLETE.id);
  assert.equal(await remove(broken(), problem(404, "not_found")), undefined);
  assert.equal(await remove(problem(504, "internal"), problem(404, "not_found")), undefined);
  assert.equal(await remove(problem(503, "store_failed"), problem(404, "not_found")), undefined);
  await assert.rejects(remove(problem(404, "not_found")), NotFoundError);
  await assert.rejects(remove(problem(429, "rate_limited"), problem(404, "not_found")), NotFoundError);
  // It would answer with the consent.
  await assert.rejects(client(fakeServer(broken(), problem(404, "not_found"))).athletes.consents.withdraw(ATHLETE.id, "con_1"), NotFoundError);
});

test("Retry-After is waited for, as seconds or a date, but not for an hour", async () => {
  const waits = quickWaits();
  const date = new Date(Date.now() + 9000).toUTCString();
  const server = fakeServer(problem(429, "rate_limited", { "Retry-After": "7" }), problem(503, "shutting_down", { "Retry-After": date }), json({}));
  await client(server).usage.get();
  assert.ok(waits[0]! >= 7000 && waits[0]! <= 8750, String(waits[0]));
  assert.ok(waits[1]! >= 7000 && waits[1]! <= 11_250, String(waits[1]));
  const late = fakeServer(problem(429, "quota_exceeded", { "Retry-After": "3600" }));
  await assert.rejects(client(late).usage.get(), (error: unknown) => error instanceof QuotaExceededError && error.retryAfterS === 3600);
  const usedUp = fakeServer(problem(429, "quota_exceeded"));
  await assert.rejects(client(usedUp).usage.get(), QuotaExceededError);
});

test("each code has its class", async () => {
  const cases = [["not_found", NotFoundError], ["forbidden", ForbiddenError], ["invalid_argument", InvalidArgumentError],
    ["rate_limited", RateLimitedError], ["protocol_error", ProtocolError]] as const;
  for (const [code, type] of cases) {
    const error = await client(fakeServer(problem(400, code))).usage.get().then(() => null, (thrown) => thrown);
    assert.ok(error instanceof type && error instanceof ApiError && error instanceof PlyoError, code);
    assert.deepEqual([error.code, error.detail, error.remedy, error.requestId, error.status], [code, `about ${code}`, "mend it", "r1", 400]);
    assert.equal(error.name, type.name);
  }
});

test("an unknown code and a proxy's page are errors, too", async () => {
  const later = await client(fakeServer(problem(418, "constructor"))).usage.get().catch((error) => error);
  assert.ok(later instanceof ApiError);
  assert.equal(later.code, "constructor");
  const page = new Response("<html><h1>Bad\n gateway</h1></html>", { status: 413, headers: { "X-Request-Id": "p1" } });
  const error = await client(fakeServer(page)).usage.get().catch((thrown) => thrown);
  assert.ok(error instanceof ApiError);
  assert.deepEqual([error.code, error.detail, error.requestId, error.problem], [null, "Bad gateway", "p1", null]);
  await assert.rejects(client(fakeServer(new Response("", { status: 501 }))).usage.get(), ServerError);
  await assert.rejects(client(fakeServer(new Response("<html>hello</html>"))).usage.get(), InvalidAnswerError);
});

test("lists are walked over their pages", async () => {
  const pages = () => fakeServer(json({ data: [1, 2], next_cursor: "c1" }), json({ data: [3], next_cursor: "c2" }), json({ data: [4], next_cursor: null }));
  let server = pages();
  const all: unknown[] = [];
  for await (const one of client(server).analyses.list({ sport: "cmj", limit: 2, athlete_id: undefined })) all.push(one);
  assert.deepEqual(all, [1, 2, 3, 4]);
  assert.deepEqual(server.seen.map((seen) => seen.query), [
    { sport: "cmj", limit: "2" }, { sport: "cmj", limit: "2", cursor: "c1" }, { sport: "cmj", limit: "2", cursor: "c2" }]);
  server = pages();
  const first = await client(server).athletes.list();
  assert.deepEqual([first.data, first.next_cursor, first.hasNextPage], [[1, 2], "c1", true]);
  assert.deepEqual((await first.nextPage())!.data, [3]);
  server = pages();
  for await (const one of client(server).athletes.list()) if (one) break;
  assert.equal(server.seen.length, 1);
});

test("tags of objects: read, sent back, and nothing where it is as known", async () => {
  const server = fakeServer(json(ATHLETE, 200, { ETag: '"1"' }), new Response(null, { status: 304, headers: { ETag: '"1"' } }), json(ATHLETE));
  const { athletes } = client(server);
  const { data, response } = await athletes.get(ATHLETE.id).withResponse();
  assert.equal(data.id, ATHLETE.id);
  assert.equal(response.headers.get("ETag"), '"1"');
  assert.equal(await athletes.get(ATHLETE.id, { ifNoneMatch: '"1"' }), null);
  assert.equal(server.seen[1]!.headers.get("If-None-Match"), '"1"');
  await athletes.update(ATHLETE.id, { name: null }, { ifMatch: '"1"' });
  assert.equal(server.seen[2]!.headers.get("If-Match"), '"1"');
  assert.equal(server.seen[2]!.body, '{"name":null}');
});

test("nothing comes back where there is nothing, and ids cannot leave their place", async () => {
  const server = fakeServer(new Response(null, { status: 204 }), new Response(null, { status: 204 }));
  const { athletes } = client(server);
  assert.equal(await athletes.delete("ath_x"), undefined);
  await athletes.delete("../v1/api_keys?x#y");
  assert.equal(server.seen[1]!.path, "/v1/athletes/..%2Fv1%2Fapi_keys%3Fx%23y");
  assert.throws(() => athletes.delete(".."), TypeError);
  assert.throws(() => athletes.delete(""), TypeError);
});

test("a silent server is given up, a try at a time", async () => {
  mock.method(Math, "random", () => 0);
  const silent = () => fakeServer(...Array.from({ length: 3 }, () => (seen: { init: RequestInit }) => new Promise<Response>((_, reject) =>
    seen.init.signal!.addEventListener("abort", () => reject(seen.init.signal!.reason)))));
  const server = silent();
  await assert.rejects(client(server, { timeoutMs: 10 }).usage.get(), (error: unknown) => error instanceof ApiTimeoutError && error instanceof ApiConnectionError);
  assert.equal(server.seen.length, 3);
});

test("a limit of time beyond every timer is none", async () => {
  const late = () => fakeServer(async (seen) => {
    await new Promise((resolve) => setTimeout(resolve, 20)); // a timer that overflowed has fired by then
    seen.init.signal!.throwIfAborted();
    return json({ used: 1 });
  });
  for (const timeoutMs of [Infinity, 2 ** 31, 2 ** 40]) await client(late(), { timeoutMs, maxRetries: 0 }).usage.get();
  const stop = new AbortController();
  let waited = false;
  setTimeout(() => ((waited = true), stop.abort(new Error("enough"))), 20);
  await assert.rejects(sleep(2 ** 40, stop.signal), /enough/);
  assert.ok(waited);
});

test("an abort ends a request and a wait, with the reason that was given", async () => {
  const stop = new AbortController();
  const server = fakeServer((seen) => new Promise<Response>((_, reject) => {
    seen.init.signal!.addEventListener("abort", () => reject(seen.init.signal!.reason));
    stop.abort(new Error("enough"));
  }));
  await assert.rejects(client(server).usage.get({ signal: stop.signal }), /enough/);
  const before = fakeServer();
  await assert.rejects(client(before).usage.get({ signal: AbortSignal.abort() }), { name: "AbortError" });
  assert.equal(before.seen.length, 0);
  const waiting = new AbortController();
  const busy = fakeServer(() => {
    setTimeout(() => waiting.abort(new Error("no longer")), 5);
    return problem(503, "no_capacity", { "Retry-After": "30" });
  });
  await assert.rejects(client(busy).usage.get({ signal: waiting.signal }), /no longer/);
});

test("over a real connection: a broken one, then an answer; and no server", async () => {
  mock.method(Math, "random", () => 0);
  let asked = 0;
  const server = http.createServer((request, response) => {
    if (asked++ === 0) return request.socket.destroy();
    if (asked === 2) { // breaks inside the answer
      response.writeHead(200, { "Content-Length": 100 });
      response.write("{");
      return setTimeout(() => request.socket.destroy(), 5);
    }
    return response.end(JSON.stringify({ schema: "plyo.catalogue/1", sports: [] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  assert.equal((await new Plyo({ baseUrl }).catalogue.get()).schema, "plyo.catalogue/1");
  assert.equal(asked, 3);
  await new Promise((resolve) => server.close(resolve));
  await assert.rejects(new Plyo({ baseUrl, maxRetries: 0 }).catalogue.get(), (error: ApiConnectionError) =>
    error instanceof ApiConnectionError && /ECONNREFUSED/.test(error.message));
});
