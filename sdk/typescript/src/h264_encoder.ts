export interface EncodedPicture {
  /** An access unit, Annex B. */
  payload: Uint8Array;
  key: boolean;
  captureUs: number;
}

export interface H264EncoderOptions {
  /** px, even. Pictures of another size are scaled. */
  width: number;
  height: number;
  fps: number;
  /** bits a second */
  bitRate: number;
  /** A key picture at least this often, µs. */
  keyEveryUs?: number;
  onPicture: (picture: EncodedPicture) => void;
  /** The encoder has failed and takes nothing more. */
  onError: (error: Error) => void;
}

// Constrained baseline has no B pictures, so nothing is reordered. The level is the smallest that holds the size and rate
// (H.264 table A-1): macroblocks a second, macroblocks a picture.
const LEVELS: ReadonlyArray<readonly [string, number, number]> = [
  ["1e", 40500, 1620],
  ["1f", 108000, 3600],
  ["28", 245760, 8192],
  ["2a", 522240, 8704],
  ["33", 983040, 36864],
];

const PICTURES_OF_TRIAL = 4;

function codecOf(width: number, height: number, fps: number): string {
  const blocks = Math.ceil(width / 16) * Math.ceil(height / 16);
  const level = LEVELS.find(([, perSecond, perPicture]) => blocks * fps <= perSecond && blocks <= perPicture);
  return `avc1.42e0${(level ?? LEVELS[LEVELS.length - 1]!)[0]}`;
}

function configOf(options: Pick<H264EncoderOptions, "width" | "height" | "fps" | "bitRate">): VideoEncoderConfig {
  return {
    codec: codecOf(options.width, options.height, options.fps),
    width: options.width,
    height: options.height,
    framerate: options.fps,
    bitrate: Math.round(options.bitRate),
    latencyMode: "realtime",
    avc: { format: "annexb" },
  };
}

/** Pictures to H.264 as a live session wants it: Annex B, in order, without delay. Needs WebCodecs. */
export class H264Encoder {
  private readonly encoder: VideoEncoder;
  private readonly options: H264EncoderOptions;
  private lastKeyUs = -Infinity;
  private keyWanted = true;

  static async isSupported(options: Pick<H264EncoderOptions, "width" | "height" | "fps" | "bitRate">): Promise<boolean> {
    if (typeof VideoEncoder === "undefined") return false;
    try {
      return (await VideoEncoder.isConfigSupported(configOf(options))).supported === true;
    } catch {
      return false;
    }
  }

  /**
   * Whether it gives a picture back before it has seen many more: some browsers look seconds ahead whatever latency they are
   * asked for, and are of no use for a live session. Tried on a few grey pictures; false after `patienceMs` without an answer.
   */
  static async isPrompt(options: Pick<H264EncoderOptions, "width" | "height" | "fps" | "bitRate">, patienceMs = 3000): Promise<boolean> {
    if (!(await H264Encoder.isSupported(options))) return false;
    return new Promise((resolve) => {
      const done = (prompt: boolean): void => {
        clearTimeout(timer);
        encoder.close();
        resolve(prompt);
      };
      const timer = setTimeout(() => done(false), patienceMs);
      const encoder = new H264Encoder({ ...options, onPicture: () => done(true), onError: () => done(false) });
      const grey = new Uint8Array(options.width * options.height * 1.5).fill(128);
      for (let i = 0; i < PICTURES_OF_TRIAL; i++) {
        const timestamp = Math.round((i * 1e6) / options.fps);
        const frame = new VideoFrame(grey, { format: "I420", codedWidth: options.width, codedHeight: options.height, timestamp });
        encoder.encode(frame);
        frame.close();
      }
    });
  }

  constructor(options: H264EncoderOptions) {
    this.options = { ...options };
    this.encoder = new VideoEncoder({
      output: (chunk) => {
        const payload = new Uint8Array(chunk.byteLength);
        chunk.copyTo(payload);
        this.options.onPicture({ payload, key: chunk.type === "key", captureUs: chunk.timestamp });
      },
      error: (error) => this.options.onError(error),
    });
    this.encoder.configure(configOf(this.options));
  }

  /** Pictures that were given and did not come out yet. */
  get waiting(): number {
    return this.encoder.encodeQueueSize;
  }

  /** The frame's timestamp is its capture time, µs. The frame stays the caller's. */
  encode(frame: VideoFrame): void {
    if (this.encoder.state !== "configured") return;
    const keyFrame = this.keyWanted || frame.timestamp - this.lastKeyUs >= (this.options.keyEveryUs ?? 2_000_000);
    if (keyFrame) {
      this.keyWanted = false;
      this.lastKeyUs = frame.timestamp;
    }
    this.encoder.encode(frame, { keyFrame });
  }

  /** The next picture will be a key picture. */
  requestKey(): void {
    this.keyWanted = true;
  }

  /** A new rate from the next picture on; the size stays. */
  setRate(bitRate: number, fps: number): void {
    if (this.encoder.state !== "configured" || (bitRate === this.options.bitRate && fps === this.options.fps)) return;
    this.options.bitRate = bitRate;
    this.options.fps = fps;
    this.encoder.configure(configOf(this.options));
    this.keyWanted = true;
  }

  close(): void {
    if (this.encoder.state !== "closed") this.encoder.close();
  }
}
