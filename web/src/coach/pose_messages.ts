import type { PersonLandmarks } from "plyo";

/** To the worker that finds poses. */
export type PoseRequest = { type: "load"; base: string } | { type: "find"; frame: VideoFrame | ImageBitmap; captureUs: number };

/** From it. */
export type PoseReply =
  | { type: "loaded" }
  | { type: "failed"; message: string }
  | { type: "found"; captureUs: number; people: PersonLandmarks[]; tookMs: number };
