import type { PersonLandmarks } from "plyo";
import type { PoseReply, PoseRequest } from "./pose_messages";
import type { Picture } from "./source";

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

  static load(base: string): Promise<LocalPose> {
    const pose = new LocalPose();
    return new Promise((resolve, reject) => {
      pose.worker.addEventListener("error", (event) => reject(new Error(event.message || "the worker did not start")));
      pose.worker.addEventListener("message", ({ data }: MessageEvent<PoseReply>) => {
        if (data.type === "loaded") resolve(pose);
        else if (data.type === "found") pose.answer(data);
        else {
          reject(new Error(data.message));
          pose.answer(null);
        }
      });
      pose.worker.postMessage({ type: "load", base } satisfies PoseRequest);
    });
  }

  get busy(): boolean {
    return this.waiting !== null;
  }

  /** Takes the picture over. Null where it could not be read. */
  async find(picture: Picture): Promise<LocalPoseFound | null> {
    const found = new Promise<LocalPoseFound | null>((resolve) => { this.waiting = resolve; });
    const frame = picture.frame ?? (await createImageBitmap(picture.image as HTMLVideoElement));
    this.worker.postMessage({ type: "find", frame, captureUs: picture.captureUs } satisfies PoseRequest, [frame]);
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
