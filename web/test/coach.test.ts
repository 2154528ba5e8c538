import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnalysisDocument, Rep } from "plyo";
import { CaptureClock } from "../src/coach/capture_clock";
import { RateLimiter } from "../src/coach/rate_limiter";
import { Recent } from "../src/coach/recent";
import { withRep, withResult } from "../src/coach/coaching";
import { fitSize, isWorthMoving, wantedSize } from "../src/coach/session";

const kept = (fps: number, wanted: number, jitterUs = 0): number[] => {
  const limiter = new RateLimiter(wanted);
  return Array.from({ length: fps }, (_, i) => Math.round((i * 1e6) / fps + (i % 2 ? jitterUs : 0))).filter((t) => limiter.wants(t));
};

test("a camera at the wanted rate loses no picture, jittering or not", () => {
  assert.equal(kept(30, 30).length, 30);
  assert.equal(kept(30, 30, 4000).length, 30);
  assert.equal(kept(30, 30, -4000).length, 30);
});

test("a faster camera is thinned evenly", () => {
  const times = kept(60, 30);
  assert.equal(times.length, 30);
  const gaps = times.slice(1).map((t, i) => t - times[i]!);
  assert.ok(Math.max(...gaps) - Math.min(...gaps) < 2);
  assert.ok(Math.abs(kept(50, 30).length - 30) <= 1);
});

test("after a pause the rate holds again", () => {
  const limiter = new RateLimiter(30);
  assert.ok(limiter.wants(0));
  assert.ok(limiter.wants(5_000_000));
  assert.ok(!limiter.wants(5_010_000));
  assert.ok(limiter.wants(5_033_333));
});

test("the quickest picture sets the clock, and only for a while", () => {
  const clock = new CaptureClock(1000);
  assert.equal(clock.toPageMs(0), null);
  clock.add(1_000_000, 5040);
  clock.add(1_033_000, 5043); // 30 ms quicker
  assert.equal(clock.toPageMs(1_033_000), 5043);
  assert.equal(clock.toPageMs(1_000_000), 5010);
  clock.add(3_000_000, 7050); // the quick one is forgotten
  assert.equal(clock.toPageMs(3_000_000), 7050);
});

test("percentiles are of what is recent", () => {
  const recent = new Recent(1000);
  assert.equal(recent.percentile(0.5, 0), null);
  for (let i = 1; i <= 100; i++) recent.add(i, 0);
  assert.equal(recent.percentile(0.5, 500), 50);
  assert.equal(recent.percentile(0.95, 500), 95);
  assert.equal(recent.percentile(0.95, 1500), null);
});

test("pictures fit the server's size in their own shape, upright or not", () => {
  assert.deepEqual(fitSize(1280, 720), { width: 640, height: 360 });
  assert.deepEqual(fitSize(720, 1280), { width: 360, height: 640 });
  assert.deepEqual(fitSize(480, 640), { width: 480, height: 640 });
  assert.deepEqual(fitSize(320, 241), { width: 320, height: 242 });
});

test("the server's wish is respected, but nothing larger is sent than by itself", () => {
  assert.deepEqual(wantedSize(1280, 720, { width: 320, height: 240 }), { width: 320, height: 180 });
  assert.deepEqual(wantedSize(720, 1280, { width: 320, height: 240 }), { width: 180, height: 320 });
  assert.deepEqual(wantedSize(1280, 720, { width: 640, height: 360 }), { width: 640, height: 360 });
  assert.deepEqual(wantedSize(1920, 1080, { width: 1920, height: 1080 }), { width: 640, height: 360 });
});

test("the pose moves into a browser that is fast, or fast enough where the server is full", () => {
  assert.ok(isWorthMoving(30, "open"));
  assert.ok(!isWorthMoving(45, "open"));
  assert.ok(isWorthMoving(45, "waiting"));
  assert.ok(!isWorthMoving(60, "waiting"));
});

const rep = (index: number, status: Rep["status"], value = 0): Rep => ({
  index, status, flags: [], events: [], phases: [], scale: { method: "none", m_per_px: null, u_m_per_px: null },
  metrics: [{ id: "x", value, unit: "m", u: 0, begin_s: 0, end_s: 0, flags: [] }],
});

const documentOf = (...athletes: Array<[track: number, reps: Rep[]]>): AnalysisDocument => (
  { athletes: athletes.map(([track_id, reps]) => ({ track_id, reps, steps: [] })) } as unknown as AnalysisDocument
);

test("after the end the document has the last word on what was open, and what it does not know is gone", () => {
  let rows = withRep([], "s1", 1, rep(1, "provisional"));
  rows = withRep(rows, "s1", 1, rep(2, "confirmed", 5));
  rows = withRep(rows, "s1", 1, rep(3, "provisional", 7));
  const reps = [rep(2, "confirmed", 6), rep(3, "confirmed", 8), rep(4, "confirmed", 9)];
  const document = documentOf([1, reps]);
  const after = withResult(rows, "s1", document);
  assert.deepEqual(after.map((r) => [r.number, r.rep.index, r.rep.metrics[0]!.value]), [[1, 2, 5], [2, 3, 8], [3, 4, 9]]);
});

test("a repetition takes its own place, and is not revised once it is confirmed", () => {
  let rows = withRep([], "s1", 1, rep(1, "provisional"));
  rows = withRep(rows, "s1", 1, rep(1, "confirmed", 1));
  rows = withRep(rows, "s1", 1, rep(1, "confirmed", 2)); // sent again after a resume
  assert.equal(rows.length, 1);
  assert.equal(rows[0]!.rep.metrics[0]!.value, 1);
  rows = withRep(rows, "s1", 2, rep(2, "provisional"));
  rows = withRep(rows, "s2", 1, rep(1, "provisional"));
  assert.deepEqual(rows.map((r) => r.number), [1, 2, 3]);
});

// What GoesOnAfterWhatWasStored and TakesNoneOfTwoForTheOneFromBefore of live_record_test.cc say and complete.
test("no repetition is there twice because the document of a resumed session calls its athlete by another track", () => {
  const jump = (index: number): Rep => rep(index, "confirmed");
  const shown = (messages: Array<[track: number, index: number]>, document: AnalysisDocument): Array<[track: number, index: number]> => {
    let rows: ReturnType<typeof withRep> = [];
    for (const [track, index] of messages) rows = withRep(rows, "s1", track, jump(index));
    return withResult(rows, "s1", document).map((row) => [row.trackId, row.rep.index]);
  };
  assert.deepEqual(shown([[4, 1], [4, 2], [1, 3]], documentOf([1, [jump(1), jump(2), jump(3)]])), [[1, 1], [1, 2], [1, 3]]);
  assert.deepEqual(shown([[1, 1], [1, 2], [2, 3]], documentOf([1, [jump(2)]], [2, [jump(3)]], [3, [jump(1)]])), [[3, 1], [1, 2], [2, 3]]);
});
