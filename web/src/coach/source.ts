/** One picture on its way to the server. Whoever gets it closes it. */
export interface Picture {
  /** µs, whole, never backwards. */
  captureUs: number;
  /** When the browser handed it over, on the page's clock. */
  arrivedMs: number;
  /** Null where the browser has no WebCodecs; then the video itself is drawn. */
  frame: VideoFrame | null;
  image: CanvasImageSource;
}

export function closePicture(picture: Picture): void {
  picture.frame?.close();
}

export interface PictureSource {
  readonly kind: "camera" | "file";
  /** Shows what is captured. */
  readonly video: HTMLVideoElement;
  readonly mirrored: boolean;
  start(onPicture: (picture: Picture) => void, onEnd: () => void): void;
  /** A file waits while nobody can take its pictures, and at the begin; a camera cannot. */
  hold(held: boolean): void;
  stop(): void;
}

type TrackProcessor = new (init: { track: MediaStreamTrack; maxBufferSize?: number }) => { readable: ReadableStream<VideoFrame> };
type Turned = VideoFrame & { rotation?: number };

const PATIENCE_MS = 15_000;

function newVideo(): HTMLVideoElement {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.disablePictureInPicture = true;
  return video;
}

/** Until its size is known: Safari on an iPhone loads no picture of a file before it is played. */
function ready(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve, reject) => {
    const patience = setTimeout(() => reject(new DOMException("the video does not come", "NotReadableError")), PATIENCE_MS);
    const done = (): void => {
      clearTimeout(patience);
      if (video.videoWidth) resolve();
      else reject(new Error(video.error?.message || "the video cannot be played"));
    };
    if (video.readyState >= 1) return done();
    video.addEventListener("loadedmetadata", done, { once: true });
    video.addEventListener("error", done, { once: true });
  });
}

// Pictures as the video shows them: `timeUs` says which time a shown picture has.
function watchVideo(
  video: HTMLVideoElement,
  timeUs: (now: number, metadata: VideoFrameCallbackMetadata) => number,
  onPicture: (picture: Picture) => void,
): () => void {
  let last = -1;
  let handle = 0;
  const step = (now: number, metadata: VideoFrameCallbackMetadata): void => {
    handle = video.requestVideoFrameCallback(step);
    const captureUs = Math.round(timeUs(now, metadata));
    if (captureUs <= last) return;
    last = captureUs;
    const frame = typeof VideoFrame === "undefined" ? null : new VideoFrame(video, { timestamp: captureUs });
    onPicture({ captureUs, arrivedMs: performance.now(), frame, image: frame ?? video });
  };
  handle = video.requestVideoFrameCallback(step);
  return () => video.cancelVideoFrameCallback(handle);
}

export interface Camera {
  id: string;
  label: string;
}

/** Names are there only after the camera was allowed once. */
export async function listCameras(): Promise<Camera[]> {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices.filter((d) => d.kind === "videoinput" && d.deviceId).map((d) => ({ id: d.deviceId, label: d.label }));
}

function askForCamera(which: MediaTrackConstraints): Promise<MediaStream> {
  const video = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30, max: 60 }, ...which };
  return navigator.mediaDevices.getUserMedia({ audio: false, video });
}

/** That camera, or the best one where it is not there any more. */
async function findCamera(id: string | null): Promise<MediaStream> {
  const best: MediaTrackConstraints = { facingMode: "environment" };
  if (!id) return askForCamera(best);
  try {
    return await askForCamera({ deviceId: { exact: id } });
  } catch (error) {
    if (!["OverconstrainedError", "NotFoundError"].includes((error as DOMException).name)) throw error;
    return askForCamera(best);
  }
}

/** Its capture times count from `originMs` on the system's clock, where a session of an earlier page goes on; else from this page's begin. */
export async function openCamera(id: string | null, originMs = performance.timeOrigin): Promise<PictureSource> {
  if (!navigator.mediaDevices) throw new DOMException("no camera without a secure connection", "SecurityError");
  const stream = await findCamera(id);
  const track = stream.getVideoTracks()[0]!;
  const video = newVideo();
  video.srcObject = stream;
  try {
    await ready(video);
    await video.play();
  } catch (error) {
    track.stop();
    throw error;
  }
  // A clock of the system that was set back since takes no time below 0 with it.
  const shiftUs = Math.max(0, Math.round((performance.timeOrigin - originMs) * 1000));
  let stopWatching = (): void => {};
  return {
    kind: "camera",
    video,
    mirrored: track.getSettings().facingMode === "user",
    start(onPicture, onEnd) {
      track.addEventListener("ended", onEnd);
      const Processor = (globalThis as { MediaStreamTrackProcessor?: TrackProcessor }).MediaStreamTrackProcessor;
      stopWatching = Processor ? readTrack(Processor, track, video, shiftUs, onPicture) : watchCamera(video, shiftUs, onPicture);
    },
    hold() {},
    stop() {
      stopWatching();
      track.stop();
      video.srcObject = null;
    },
  };
}

function watchCamera(video: HTMLVideoElement, shiftUs: number, onPicture: (picture: Picture) => void): () => void {
  return watchVideo(video, (now, metadata) => (metadata.captureTime ?? metadata.expectedDisplayTime ?? now) * 1000 + shiftUs, onPicture);
}

// Straight from the camera, without waiting for the screen. Where the pictures lie on their side (some phones), the video
// turns them.
function readTrack(
  Processor: TrackProcessor, track: MediaStreamTrack, video: HTMLVideoElement, shiftUs: number, onPicture: (picture: Picture) => void,
): () => void {
  let stopped = false;
  let stop = (): void => {};
  const reader = new Processor({ track, maxBufferSize: 2 }).readable.getReader();
  void (async () => {
    let originUs: number | null = null;
    let last = -1;
    for (;;) {
      const { value: raw, done } = await reader.read();
      if (done || !raw) return;
      const arrivedMs = performance.now();
      // Read to the track's end: a picture that waits in a reader that is cancelled is never closed.
      if (stopped) {
        raw.close();
        continue;
      }
      if ((raw as Turned).rotation || raw.displayWidth !== video.videoWidth) {
        raw.close();
        stopped = true;
        stop = watchCamera(video, shiftUs, onPicture);
        continue;
      }
      originUs ??= raw.timestamp - Math.round(arrivedMs * 1000) - shiftUs;
      const captureUs = raw.timestamp - originUs;
      if (captureUs > last && captureUs >= 0) {
        last = captureUs;
        const frame = new VideoFrame(raw, { timestamp: captureUs });
        onPicture({ captureUs, arrivedMs, frame, image: frame });
      }
      raw.close();
    }
  })();
  return () => {
    stopped = true;
    stop();
  };
}

export async function openFile(file: File): Promise<PictureSource> {
  const video = newVideo();
  const url = URL.createObjectURL(file);
  video.src = url;
  try {
    await ready(video);
  } catch (error) {
    URL.revokeObjectURL(url);
    throw error;
  }
  let stopWatching = (): void => {};
  return {
    kind: "file",
    video,
    mirrored: false,
    start(onPicture, onEnd) {
      video.addEventListener("ended", onEnd, { once: true });
      // The clip's own times; a picture is shown late or not, its time stays.
      stopWatching = watchVideo(video, (_, metadata) => metadata.mediaTime * 1e6, onPicture);
    },
    hold(held) {
      if (held) video.pause();
      else void video.play().catch(() => {}); // held again before it began
    },
    stop() {
      stopWatching();
      video.pause();
      video.removeAttribute("src");
      URL.revokeObjectURL(url);
    },
  };
}
