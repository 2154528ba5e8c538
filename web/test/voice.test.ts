import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Voice } from "../src/voice";

let queue: string[];

afterEach(() => mock.timers.reset());
beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  queue = [];
  Object.assign(globalThis, {
    speechSynthesis: { cancel: () => { queue = []; }, getVoices: () => [], speak: ({ text }: { text: string }) => queue.push(text) },
    SpeechSynthesisUtterance: class { constructor(readonly text: string) {} },
  });
});

test("advice waits for the figure that is being said; the next repetition waits for nothing", () => {
  const voice = new Voice("en");
  voice.figure("41 centimetres");
  voice.say("Best so far!");
  voice.hint("Step back", 5000);
  assert.deepEqual(queue, ["41 centimetres", "Best so far!", "Step back"]);
  voice.figure("38 centimetres");
  assert.deepEqual(queue, ["38 centimetres"]);
});

test("a muted voice says nothing, and stops at once", () => {
  const voice = new Voice("en");
  voice.figure("41 centimetres");
  voice.mute(true);
  voice.figure("38 centimetres");
  voice.say("Best so far!");
  assert.deepEqual(queue, []);
});

test("advice on the picture is not said more often than one can follow it", () => {
  const voice = new Voice("en");
  voice.hint("Step back", 0);
  voice.hint("Come closer", 3999);
  voice.hint("Come closer", 4000);
  assert.deepEqual(queue, ["Step back", "Come closer"]);
});

test("advice that came too early is said as soon as it may be, if it still holds", () => {
  const voice = new Voice("en");
  voice.hint("Step back", 0);
  voice.hint("Come closer", 1000);
  voice.hint("Turn your side to the camera", 2000);
  mock.timers.tick(1999);
  assert.deepEqual(queue, ["Step back"]);
  mock.timers.tick(1);
  assert.deepEqual(queue, ["Step back", "Turn your side to the camera"]);
  voice.hint("Come closer", 6000);
  voice.hint(null, 7000);
  mock.timers.tick(60_000);
  assert.equal(queue.length, 2);
});
