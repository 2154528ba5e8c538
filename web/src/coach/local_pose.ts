import type { PersonLandmarks } from "plyo";
import type { PoseReply, PoseRequest } from "./pose_messages";
import { closePicture, type Picture } from "./source";

export interface LocalPoseFound {
  captureUs: number;
  people: PersonLandmarks[];
  tookMs: number;
}

/** Finds poses in the browser, in a worker of its own: one picture at a time, the newest. */
export class LocalPose {
  private readonly worker = new Worker(new URL("./pose_worker.ts", import.meta.url), { type: "module" });
  private closing = false;
  private waiting: ((found: LocalPoseFound | null) => void) | null = null;

  private constructor() {}

  static async load(base: string): Promise<LocalPose> {
    const pose = new LocalPose();
    try {
      await pose.loaded(base);
    } catch (error) {
      pose.close();
      throw error;
    }
    return pose;
  }

  private loaded(base: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (message: string): void => {
        reject(new Error(message));
        this.answer(null);
      };
      this.worker.addEventListener("error", (event) => fail(event.message || "the worker did not start"));
      this.worker.addEventListener("message", ({ data }: MessageEvent<PoseReply>) => {
        if (data.type === "loaded") resolve();
        else if (data.type === "found") this.answer(data);
        else fail(data.message);
      });
      this.worker.postMessage({ type: "load", base } satisfies PoseRequest);
    });
  }

  get busy(): boolean {
    return this.waiting !== null;
  }

  /** Takes the picture over. Null where it could not be read. */
  async find(picture: Picture): Promise<LocalPoseFound | null> {
    const found = new Promise<LocalPoseFound | null>((resolve) => { this.waiting = resolve; });
    try {
      const frame = picture.frame ?? (await createImageBitmap(picture.image as HTMLVideoElement));
      this.worker.postMessage({ type: "find", frame, captureUs: picture.captureUs } satisfies PoseRequest, [frame]);
    } catch {
      closePicture(picture);
      this.answer(null);
    }
    return found;
  }

  /** A picture that is being looked at is the worker's to give back first. */
  close(): void {
    if (this.waiting) this.closing = true;
    else this.worker.terminate();
  }

  private answer(found: LocalPoseFound | null): void {
    const waiting = this.waiting;
    this.waiting = null;
    if (this.closing) this.worker.terminate();
    waiting?.(found);
  }
}
