import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff, ClockOffset } from "../src/index.js";

test("waits double up to the limit and start anew", () => {
  const backoff = new Backoff({ firstMs: 100, mostMs: 1000, random: () => 0 });
  assert.deepEqual([0, 0, 0, 0, 0, 0].map(() => backoff.next()), [50, 100, 200, 400, 500, 500]);
  backoff.reset();
  assert.equal(backoff.next(), 50);
});

test("waits are spread, and never shorter than the server asked for", () => {
  const waits = new Set(Array.from({ length: 20 }, () => new Backoff({ firstMs: 100 }).next()));
  assert.ok(waits.size > 10);
  for (const wait of waits) assert.ok(wait >= 50 && wait <= 100);
  assert.ok(new Backoff({ firstMs: 100 }).next(3000) >= 3000);
});

test("the quickest exchange tells the offset, and old ones are forgotten", () => {
  const clock = new ClockOffset(3);
  assert.equal(clock.offsetUs, null);
  clock.add(0, 100_000, 1_090_000); // a slow way back
  clock.add(200_000, 204_000, 1_202_000);
  assert.equal(clock.offsetUs, 1_000_000);
  assert.equal(clock.roundTripMs, 4);
  for (let i = 0; i < 3; i++) clock.add(0, 10_000, 6_000);
  assert.equal(clock.offsetUs, 1_000);
});
