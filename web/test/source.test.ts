import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { openFile } from "../src/coach/source";

let video: FakeVideo;
const revoked: string[] = [];

class FakeVideo extends EventTarget {
  readyState = 0;
  videoWidth = 0;
  videoHeight = 0;
  error: { message: string } | null = null;
  src = "";
  knows(width: number, height: number) {
    Object.assign(this, { readyState: 1, videoWidth: width, videoHeight: height });
    this.dispatchEvent(new Event("loadedmetadata"));
  }
  fails() {
    this.error = { message: "no video" };
    this.dispatchEvent(new Event("error"));
  }
}

beforeEach(() => {
  revoked.length = 0;
  Object.assign(globalThis, { document: { createElement: () => (video = new FakeVideo()) } });
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(URL, "revokeObjectURL", (url: string) => revoked.push(url));
});
afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});

test("a file is open when its size is known: a phone may load its pictures only when it is played", async () => {
  const opening = openFile(new File(["x"], "jump.mov"));
  video.knows(1080, 1920);
  const source = await opening;
  assert.deepEqual([source.kind, source.video.videoWidth, revoked], ["file", 1080, []]);
});

test("a file that cannot be played, has no picture, or does not come, is given back", async () => {
  for (const happens of [() => video.fails(), () => video.knows(0, 0), () => mock.timers.tick(60_000)]) {
    const opening = openFile(new File(["x"], "jump.mov"));
    happens();
    await assert.rejects(opening);
    assert.equal(revoked.pop(), video.src);
  }
});
