import assert from "node:assert/strict";
import { test } from "node:test";
import { LANDMARKS, MediaKind, encodeMedia, packLandmarks } from "../src/index.js";

test("the header is the contract's, little-endian", () => {
  const bytes = encodeMedia(0x01020304, {
    kind: MediaKind.h264, key: true, captureUs: 0x1_0000_0002, width: 640, height: 480, payload: Uint8Array.of(9, 8, 7),
  });
  assert.deepEqual([...bytes], [1, 1, 1, 0, 4, 3, 2, 1, 2, 0, 0, 0, 1, 0, 0, 0, 0x80, 2, 0xe0, 1, 3, 0, 0, 0, 9, 8, 7]);
});

test("what the server would refuse is not sent", () => {
  const picture = { kind: MediaKind.jpeg, key: false, captureUs: 0, width: 640, height: 480, payload: new Uint8Array(0) };
  assert.throws(() => encodeMedia(0, { ...picture, captureUs: -1 }), RangeError);
  assert.throws(() => encodeMedia(0, { ...picture, captureUs: 0.5 }), RangeError);
  assert.throws(() => encodeMedia(0, { ...picture, payload: new Uint8Array(1024 * 1024) }), RangeError);
});

test("landmarks take 932 bytes a person", () => {
  const image = Array.from({ length: LANDMARKS * 4 }, (_, i) => i);
  const world = Array.from({ length: LANDMARKS * 3 }, (_, i) => -i);
  const one = packLandmarks([{ track: 7, presence: 0.5, image, world }]);
  assert.equal(one.byteLength, 932);
  const view = new DataView(one.buffer);
  assert.equal(view.getUint32(0, true), 7);
  assert.equal(view.getFloat32(4, true), 0.5);
  assert.equal(view.getFloat32(8 + 4 * 131, true), 131);
  assert.equal(view.getFloat32(8 + 4 * 132 + 4 * 98, true), -98);
  assert.equal(packLandmarks([]).byteLength, 0);
  assert.throws(() => packLandmarks([{ track: 1, presence: 1, image: image.slice(1), world }]), RangeError);
  assert.throws(() => packLandmarks(Array(7).fill({ track: 1, presence: 1, image, world })), RangeError);
});
