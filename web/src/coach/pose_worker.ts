import { FilesetResolver, PoseLandmarker } from "@mediapipe/tasks-vision";
import { LANDMARKS } from "plyo";
import type { PoseReply, PoseRequest } from "./pose_messages";

// MediaPipe takes no time below 0, and fails for good after one: of the pictures before a file's first there may be a second.
const EARLIEST_US = -1_000_000;

let landmarker: PoseLandmarker | null = null;
const reply = (message: PoseReply): void => postMessage(message);

async function load(base: string): Promise<void> {
  const files = await FilesetResolver.forVisionTasks(base, true);
  landmarker = await PoseLandmarker.createFromOptions(files, {
    baseOptions: { modelAssetPath: `${base}/pose_landmarker_lite.task`, delegate: "CPU" },
    runningMode: "VIDEO",
    numPoses: 1,
  });
  reply({ type: "loaded" });
}

function look(frame: VideoFrame | ImageBitmap, captureUs: number): PoseReply {
  const begun = performance.now();
  try {
    const [width, height] = frame instanceof ImageBitmap ? [frame.width, frame.height] : [frame.displayWidth, frame.displayHeight];
    const found = landmarker!.detectForVideo(frame as ImageBitmap, (captureUs - EARLIEST_US) / 1000);
    const people = found.landmarks.map((landmarks, i) => {
      const image = new Float32Array(LANDMARKS * 4);
      const world = new Float32Array(LANDMARKS * 3);
      landmarks.forEach((l, k) => image.set([l.x * width, l.y * height, l.z * width, l.visibility], k * 4));
      found.worldLandmarks[i]!.forEach((l, k) => world.set([l.x, l.y, l.z], k * 3));
      // The task tells no presence of a whole person; shoulders and hips are in every picture that can be measured.
      const presence = Math.min(...[11, 12, 23, 24].map((k) => landmarks[k]!.visibility));
      return { track: i + 1, presence, image, world };
    });
    return { type: "found", captureUs, people, tookMs: performance.now() - begun };
  } catch (error) {
    return { type: "failed", message: String(error) };
  }
}

function find(frame: VideoFrame | ImageBitmap, captureUs: number): void {
  const found = look(frame, captureUs);
  // Before the answer: whoever gets it may end this worker.
  frame.close();
  reply(found);
}

addEventListener("message", ({ data }: MessageEvent<PoseRequest>) => {
  if (data.type === "load") load(data.base).catch((error: unknown) => reply({ type: "failed", message: String(error) }));
  else find(data.frame, data.captureUs);
});
