export * from "./contract.js";
export { Backoff, type BackoffOptions } from "./backoff.js";
export { ClockOffset } from "./clock_offset.js";
export { H264Encoder, type EncodedPicture, type H264EncoderOptions } from "./h264_encoder.js";
export { JpegEncoder } from "./jpeg_encoder.js";
export { LANDMARKS, MediaKind, encodeMedia, packLandmarks, type MediaPicture, type PersonLandmarks } from "./media_message.js";
export { LiveClient, LiveError, type LiveClientOptions, type LiveEvents, type LiveResume, type LiveSocket, type LiveState } from "./live_client.js";
export * from "./rest/index.js";
export type { components, operations, paths } from "./openapi.js";
