// Made by tools/gen_sdk_types.py from contract/; ./dev gen writes it anew.

export type Source = {
  /** A video where it is not said. Of a force plate's file the frames are its samples, capture_fps is their rate, width and height are 0. */
  kind?: "video" | "force_plate";
  /** File name without folders. */
  name: string;
  /** Of the file's bytes; empty where there was no file. */
  sha256: string;
  /** px, of the upright displayed picture. */
  width: number;
  /** px, of the upright displayed picture. */
  height: number;
  /** Clockwise turn that the metadata asked for; applied. */
  rotation_deg: number;
  /** Of a live session that was resumed those since then, as duration_s and quality are; its repetitions are all there. */
  frames: number;
  /** Capture time. */
  duration_s: number;
  /** True rate of the camera, frames/s. */
  capture_fps: number;
  variable_frame_rate: boolean;
};

export type ResultAthlete = {
  /** Who of the people in the recording. */
  track_id: number;
  /** Stature as given. */
  height_m: number | null;
  /** Body mass as given; on a force plate as weighed. */
  mass_kg: number | null;
  /** Repetitions in time order. */
  reps: Array<Rep>;
  /** Steps of a run in time order. */
  steps: Array<Rep>;
  /** Over the repetitions or steps. */
  summary: Array<Summary>;
};

export type Rep = {
  index: number;
  status: "provisional" | "confirmed";
  scale: Scale;
  /** In time order. */
  events: Array<ResultEvent>;
  /** In time order. */
  phases: Array<Phase>;
  /** In the order of the catalogue. */
  metrics: Array<Metric>;
  /** What to know before trusting it; the command line and the report say it in words. */
  flags: Array<string>;
  /** Why a person left it out of the summary. Absent: it counts. */
  excluded?: string;
};

/** How lengths in the picture became metres; body_weight: on a force plate, by the net impulse. */
export type Scale = {
  method: "known_length" | "stature" | "box" | "free_fall" | "body_weight" | "none";
  /** Metres to a pixel at the athlete. */
  m_per_px: number | null;
  /** Its standard uncertainty (k = 1). */
  u_m_per_px: number | null;
};

export type ResultEvent = {
  /** takeoff, landing, ... */
  id: string;
  /** Instant, capture time from the first shown frame. */
  t_s: number;
  /** Standard uncertainty (k = 1). */
  u_s: number;
  /** Fractional index of the frame, by the presentation times. */
  frame: number;
  /** What to know before trusting it; the command line and the report say it in words. */
  flags?: Array<string>;
};

/** Half open: [begin_s, end_s). */
export type Phase = {
  /** flight, ... */
  id: string;
  /** Inclusive. */
  begin_s: number;
  /** Exclusive. */
  end_s: number;
};

/** A figure with its standard uncertainty, or absent with a reason. */
export type Metric = MetricPresent | MetricAbsent;

export type MetricPresent = {
  /** jump_height, ... */
  id: string;
  /** In the unit beside it. */
  value: number;
  /** A class beside the value, such as heel, mid, fore. */
  class?: string;
  /** SI unit; 1 for a ratio; body_height where there is no scale. */
  unit: string;
  /** Standard uncertainty (k = 1); 1.96 u is half of a 95 % interval. */
  u: number | null;
  /** Time range that the figure came from. */
  begin_s: number;
  /** Time range that the figure came from. */
  end_s: number;
  /** What to know before trusting it; the command line and the report say it in words. */
  flags: Array<string>;
};

export type MetricAbsent = {
  /** peak_power, ... */
  id: string;
  value: null;
  /** SI unit; 1 for a ratio; body_height where there is no scale. */
  unit: string;
  /** Why there is no value: mass_not_given, ... */
  reason: string;
  /** What to know before trusting it; the command line and the report say it in words. */
  flags: Array<string>;
};

export type Summary = {
  /** Of the metric. */
  id: string;
  /** SI unit; 1 for a ratio; body_height where there is no scale. */
  unit: string;
  mean: number | null;
  sd: number | null;
  /** Values that it stands on. */
  n: number;
  /** Standard uncertainty of the mean (k = 1). */
  u: number | null;
  /** Mean of the left side. */
  left: number | null;
  /** Mean of the right side. */
  right: number | null;
  /** Best of all. */
  best: number | null;
  /** The class that is most frequent, such as heel, mid, fore. */
  class?: string;
};

export type Quality = {
  /** Frames with the leading athlete in them (with anybody, where nobody performs). */
  detected_fraction: number;
  dropped_frames: number;
  /** Tracked people who do not perform the movement. */
  bystanders: number;
  /** Frames in which left and right were found exchanged. */
  side_swaps: number;
  /** What to know before trusting it; the command line and the report say it in words. */
  flags: Array<string>;
};

export type Provenance = {
  plyo_version: string;
  model: {
    /** blazepose_full, ... */
    name: string;
    /** Of the model's file. */
    sha256: string;
  };
  /** As given. pose of a live session: where it was found, server, browser or both. */
  options: Record<string, string>;
  /** RFC 3339, UTC. */
  created_at: string;
};

/** What an analysis found, in SI units, times in seconds of capture time. Fields may be added within version 1: readers pass over what they do not know. */
export type AnalysisDocument = {
  schema: "plyo.analysis/1";
  /** Id of the sport: cmj, ... */
  sport: string;
  source: Source;
  /** Everyone who performs the movement and nobody else, most repetitions first, then the largest in the picture. Empty: nothing was found. */
  athletes: Array<ResultAthlete>;
  quality: Quality;
  provenance: Provenance;
};

export type MediaDescription = {
  /** `landmarks`: the pose is found by the client. */
  codec: "h264" | "jpeg" | "landmarks";
  width: number;
  height: number;
  fps: number;
  /** With `landmarks`: what found them. How BlazePose errs is known and undone; others are taken as they are. */
  pose_model?: string;
};

export type Capacity = {
  fps: number;
  width: number;
  height: number;
};

/** Milliseconds in the server. */
export type Timing = {
  queue?: number;
  decode?: number;
  pose?: number;
  /** With the search for new people. Of pictures what was done for the last one after its skeleton was sent, no part of `total`. */
  analysis?: number;
  /** From the socket until it was sent. */
  total?: number;
};

/** What is going to be sent. First message of every connection. */
export type HelloMessage = {
  type: "hello";
  /** Id from `plyo catalogue`. Not needed with `resume` or `watch`. */
  sport?: string;
  athlete?: {
    name?: string;
    height_m?: number;
    mass_kg?: number;
    sex?: "female" | "male" | "unknown";
  };
  /** Of the sport, by id. */
  parameters?: Record<string, number>;
  media?: MediaDescription;
  resume?: {
    session: string;
    token: string;
    /** Index up to which the client has every repetition, confirmed. */
    last_rep?: number;
  };
  /** Session to follow, read-only: everything but media may be received. A key of the platform needs the scope `sessions:read` for it, and `sessions:write` for a session of its own. */
  watch?: string;
  /** With `watch`: index up to which the client has every repetition, confirmed. */
  last_rep?: number;
  /** Name and version of the program */
  client?: string;
};

/** Asks for the server's clock, to tell the way there from the way back. */
export type ClockMessage = {
  type: "clock";
  client_us: number;
};

/** When a picture's skeleton was on the screen; feeds the server's end-to-end histogram. At most one a second is counted. */
export type SeenMessage = {
  type: "seen";
  sequence: number;
  end_to_end_ms: number;
};

/** The session is over; open windows are closed, `result` follows. */
export type EndMessage = {
  type: "end";
};

/** The session is admitted. */
export type WelcomeMessage = {
  type: "welcome";
  protocol?: "plyo.live.1";
  session: string;
  resume_token: string;
  resumed?: boolean;
  pose?: "server" | "browser";
  pose_model?: string;
  capacity: Capacity;
};

/** The skeletons of one picture. */
export type PoseMessage = {
  type: "pose";
  sequence: number;
  t_us: number;
  width?: number;
  height?: number;
  people: Array<{
    track_id: number;
    presence: number;
    /** 33 of x, y (px of the picture, 0.1) and visibility (0.01), flat. */
    landmarks: Array<number>;
    /** Centre of mass x, y, px. */
    com?: Array<number>;
  }>;
  /** What the athlete is doing now; empty where it is not known. */
  phase?: string;
  timing: Timing;
};

/** An event, as soon as it is known. */
export type EventMessage = {
  type: "event";
  track_id: number;
  event: ResultEvent;
};

/** A repetition, first provisional, then confirmed. */
export type RepMessage = {
  type: "rep";
  track_id: number;
  rep: Rep;
  /** Where its pose was found. */
  pose?: "server" | "browser";
};

/** A figure while the movement is going on, coarse: `com_rise`, a few times in each flight, where the height is known. That of the `rep` takes its place. */
export type MetricMessage = {
  type: "metric";
  track_id: number;
  id: string;
  value: number;
  unit: string;
  u?: number;
};

/** A word for the athlete about the last repetition, by a rule of the sport (`cues` of its catalogue) or against what he did before. */
export type CueMessage = {
  type: "cue";
  /** The text is the client's, by language. */
  id: string;
  level: "info" | "good" | "attention";
  metric?: string;
  value?: number;
};

/** What spoils the measurement now; sent when it changes. Empty means that all is well. */
export type QualityMessage = {
  type: "quality";
  hints: Array<"no_person" | "feet_out_of_picture" | "head_out_of_picture" | "too_dark" | "too_near" | "too_far" | "several_people" | "low_frame_rate" | "not_side_view">;
};

/** What the server wants from now on: fewer pictures a second while it has to leave some out. The size is that of `hello`. */
export type CapacityMessage = {
  type: "capacity";
} & Capacity;

/** Once a second, where the milliseconds go. */
export type TimingMessage = {
  type: "timing";
  received: number;
  inferred: number;
  /** Of still frames. */
  skipped: number;
  /** For want of time. */
  dropped: number;
  p50: Timing;
  p95: Timing;
};

export type ClockReplyMessage = {
  type: "clock";
  client_us: number;
  server_us: number;
};

/** The whole document (contract/result.schema.json), after `end`. */
export type ResultMessage = {
  type: "result";
  result: AnalysisDocument;
};

/** What went wrong; the connection is closed after it with the error's code unless `fatal` is false. */
export type ErrorMessage = {
  type: "error";
  /** Id from contract/errors.yaml. */
  code: string;
  message: string;
  fatal: boolean;
  retry_after_s?: number;
};

export type ServerMessage =
  | WelcomeMessage
  | PoseMessage
  | EventMessage
  | RepMessage
  | MetricMessage
  | CueMessage
  | QualityMessage
  | CapacityMessage
  | TimingMessage
  | ClockReplyMessage
  | ResultMessage
  | ErrorMessage;

export type ClientMessage = HelloMessage | ClockMessage | SeenMessage | EndMessage;

/** Why a connection was closed, by code. */
export const CLOSE_CODES: Readonly<Record<number, string>> = {
  1000: "The session has ended as asked.",
  1001: "The server is going down; connect again with the resume token.",
  1002: "A frame that is no WebSocket frame.",
  1007: "A text message that is not UTF-8.",
  1009: "A message over the limit; its size is in the reason.",
  1011: "A failure of the server's; what was stored is safe, connect again with the resume token. Not after `data_damaged`, which stays.",
  1013: "No room, or the plan's live sessions of the month are used up; the reason holds the seconds to wait (`retry_after_s=3`).",
  4400: "A message that is not understood; the reason says which and why.",
  4401: "The key may not do this, or not any more; or the athlete's consent is not there. Without a key, or with a stale one, no connection comes to be (HTTP 401).",
  4404: "No such session, or its resume token is not this one.",
  4408: "Nothing came for 30 seconds, or the client did not read what it was sent.",
  4409: "The session was resumed elsewhere.",
  4415: "A codec that the server does not take, or pictures of another codec or size than `hello` named, by their header or within the stream.",
  4422: "The media cannot be decoded, be it that an H.264 stream itself changes to a size that is too large (`frame_too_large`); landmarks that none can be, or more than 10000 tracks (`invalid_landmarks`); or the session has become too long for its result (64 MiB); its repetitions are stored.",
};

/** Of the REST interface that the client was written for, sent as `Plyo-Version`. */
export const API_VERSION = "2026-11-29";

export type ErrorCode =
  | "usage"
  | "invalid_argument"
  | "file_not_found"
  | "file_unreadable"
  | "file_empty"
  | "not_a_video"
  | "no_video_stream"
  | "unsupported_codec"
  | "no_frames"
  | "frame_too_small"
  | "frame_too_large"
  | "invalid_frame_rate"
  | "model_not_found"
  | "model_invalid"
  | "inference_failed"
  | "output_not_writable"
  | "disk_full"
  | "interrupted"
  | "invalid_landmarks"
  | "invalid_force"
  | "invalid_manifest"
  | "invalid_document"
  | "unauthorized"
  | "forbidden_origin"
  | "protocol_error"
  | "message_too_large"
  | "media_undecodable"
  | "session_not_found"
  | "session_taken"
  | "idle"
  | "no_capacity"
  | "shutting_down"
  | "worker_lost"
  | "store_failed"
  | "data_damaged"
  | "not_found"
  | "forbidden"
  | "method_not_allowed"
  | "unsupported_media_type"
  | "range_not_satisfiable"
  | "conflict"
  | "precondition_failed"
  | "idempotency_mismatch"
  | "rate_limited"
  | "quota_exceeded"
  | "consent_required"
  | "address_refused"
  | "fetch_failed"
  | "resource_limit"
  | "analysis_crashed"
  | "internal";
