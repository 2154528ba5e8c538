import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { H264Encoder, type EncodedPicture } from "../src/index.js";

interface Call { timestamp: number; keyFrame: boolean }

// What WebCodecs does, without the coding: one chunk out for each frame in.
class FakeVideoEncoder {
  static last: FakeVideoEncoder;
  static supported = true;
  static holds = 0;
  private held: Array<() => void> = [];
  state = "unconfigured";
  encodeQueueSize = 0;
  readonly configs: VideoEncoderConfig[] = [];
  readonly calls: Call[] = [];
  constructor(private readonly init: VideoEncoderInit) { FakeVideoEncoder.last = this; }
  static isConfigSupported(config: VideoEncoderConfig) { return Promise.resolve({ supported: FakeVideoEncoder.supported, config }); }
  configure(config: VideoEncoderConfig) { this.state = "configured"; this.configs.push(config); }
  encode(frame: { timestamp: number }, options: { keyFrame: boolean }) {
    this.calls.push({ timestamp: frame.timestamp, keyFrame: options.keyFrame });
    const bytes = Uint8Array.of(0, 0, 0, 1, options.keyFrame ? 0x67 : 0x41);
    this.held.push(() => this.init.output({
      type: options.keyFrame ? "key" : "delta", timestamp: frame.timestamp, byteLength: bytes.length,
      copyTo: (target: Uint8Array) => target.set(bytes),
    } as unknown as EncodedVideoChunk, {}));
    if (this.held.length > FakeVideoEncoder.holds) this.held.shift()!();
  }
  fail() { this.init.error(new Error("broken") as unknown as DOMException); }
  close() { this.state = "closed"; }
}

const frame = (timestamp: number) => ({ timestamp }) as VideoFrame;
let pictures: EncodedPicture[];
let errors: Error[];
const make = (size: { width: number; height: number; fps: number } = { width: 640, height: 480, fps: 30 }) =>
  new H264Encoder({ ...size, bitRate: 1_000_000, onPicture: (p) => pictures.push(p), onError: (e) => errors.push(e) });

beforeEach(() => {
  pictures = [];
  errors = [];
  Object.assign(globalThis, { VideoEncoder: FakeVideoEncoder });
});
afterEach(() => { Reflect.deleteProperty(globalThis, "VideoEncoder"); });

test("it is asked for Annex B, realtime and a profile without B pictures", () => {
  make();
  const [config] = FakeVideoEncoder.last.configs;
  assert.equal(config?.latencyMode, "realtime");
  assert.deepEqual(config?.avc, { format: "annexb" });
  assert.equal(config?.codec, "avc1.42e01e");
  make({ width: 1280, height: 720, fps: 30 });
  assert.equal(FakeVideoEncoder.last.configs[0]?.codec, "avc1.42e01f");
  make({ width: 1920, height: 1080, fps: 60 });
  assert.equal(FakeVideoEncoder.last.configs[0]?.codec, "avc1.42e02a");
});

test("key pictures come first, every two seconds and on request", () => {
  const encoder = make();
  for (let i = 0; i <= 90; i++) {
    if (i === 20) encoder.requestKey();
    encoder.encode(frame(Math.round((i * 1e6) / 30)));
  }
  const keys = FakeVideoEncoder.last.calls.flatMap((call, i) => (call.keyFrame ? [i] : []));
  assert.deepEqual(keys, [0, 20, 80]);
  assert.deepEqual(pictures[20], { payload: Uint8Array.of(0, 0, 0, 1, 0x67), key: true, captureUs: 666667 });
});

test("another rate begins with a key picture, the same one changes nothing", () => {
  const encoder = make();
  encoder.encode(frame(0));
  encoder.setRate(1_000_000, 30);
  encoder.encode(frame(33_333));
  encoder.setRate(500_000, 15);
  encoder.encode(frame(66_667));
  assert.equal(FakeVideoEncoder.last.configs.length, 2);
  assert.equal(FakeVideoEncoder.last.configs[1]?.bitrate, 500_000);
  assert.deepEqual(pictures.map((p) => p.key), [true, false, true]);
});

test("a closed encoder takes nothing, a broken one says so", () => {
  const encoder = make();
  FakeVideoEncoder.last.fail();
  assert.equal(errors.length, 1);
  encoder.close();
  encoder.close();
  encoder.encode(frame(0));
  assert.equal(pictures.length, 0);
});

test("an encoder that looks ahead is found out", async () => {
  class FakeVideoFrame {
    readonly timestamp: number;
    constructor(data: Uint8Array, init: { timestamp: number }) {
      assert.equal(data.length, 640 * 480 * 1.5);
      this.timestamp = init.timestamp;
    }
    close() {}
  }
  Object.assign(globalThis, { VideoFrame: FakeVideoFrame });
  const size = { width: 640, height: 480, fps: 30, bitRate: 1e6 };
  assert.equal(await H264Encoder.isPrompt(size, 20), true);
  FakeVideoEncoder.holds = 40;
  assert.equal(await H264Encoder.isPrompt(size, 20), false);
  assert.equal(FakeVideoEncoder.last.state, "closed");
  FakeVideoEncoder.holds = 0;
  FakeVideoEncoder.supported = false;
  assert.equal(await H264Encoder.isPrompt(size, 20), false);
  FakeVideoEncoder.supported = true;
  Reflect.deleteProperty(globalThis, "VideoFrame");
});

test("support is asked of the browser", async () => {
  const size = { width: 640, height: 480, fps: 30, bitRate: 1e6 };
  assert.equal(await H264Encoder.isSupported(size), true);
  FakeVideoEncoder.supported = false;
  assert.equal(await H264Encoder.isSupported(size), false);
  FakeVideoEncoder.supported = true;
  Reflect.deleteProperty(globalThis, "VideoEncoder");
  assert.equal(await H264Encoder.isSupported(size), false);
});
