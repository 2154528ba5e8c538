import type { ErrorCode } from "../contract.js";
import type { Analysis, Problem } from "./types.js";

/** What the REST client throws. An aborted `signal` throws its own reason instead, as `fetch` does. */
export class PlyoError extends Error {
  override readonly name: string = "PlyoError";
  /** The analysis that was being waited for, as it was last known. It goes on unless it has ended; `wait` for it again by its id. */
  analysis?: Analysis | undefined;
}

export interface ApiErrorInit {
  status: number;
  /** Of contract/errors.yaml; null where it was not Plyo that answered but a proxy before it. */
  code: ErrorCode | (string & {}) | null;
  detail: string;
  remedy: string | null;
  requestId: string | null;
  retryAfterS: number | null;
  problem: Problem | null;
}

/** The server answered that it did not do it. `code` is stable; each code has a class of its own. */
export class ApiError extends PlyoError {
  override readonly name: string = "ApiError";
  readonly status: number;
  /** Null where it was not Plyo that answered but a proxy before it. */
  readonly code: ErrorCode | (string & {}) | null;
  /** What is wrong, and where. */
  readonly detail: string;
  /** What to do about it. */
  readonly remedy: string | null;
  /** Finds the request in the server's log. */
  readonly requestId: string | null;
  /** When it is worth asking again, where the server said so. */
  readonly retryAfterS: number | null;
  /** The whole answer, where it was one of Plyo's. */
  readonly problem: Problem | null;

  constructor(init: ApiErrorInit) {
    super(`${init.code ?? "HTTP"} (${init.status}): ${init.detail}${init.remedy ? ` ${init.remedy}` : ""}${init.requestId ? ` [request ${init.requestId}]` : ""}`);
    this.status = init.status;
    this.code = init.code;
    this.detail = init.detail;
    this.remedy = init.remedy;
    this.requestId = init.requestId;
    this.retryAfterS = init.retryAfterS;
    this.problem = init.problem;
  }
}

/** The server failed, or has no room now (5xx). */
export class ServerError extends ApiError {
  override readonly name: string = "ServerError";
}

/** What answered is no Plyo server, or one of another kind: its answer is not JSON. */
export class InvalidAnswerError extends PlyoError {
  override readonly name: string = "InvalidAnswerError";

  constructor(message: string, readonly status: number, readonly requestId: string | null) {
    super(message);
  }
}

/** No answer came: no network, no server, or a connection that broke. */
export class ApiConnectionError extends PlyoError {
  override readonly name: string = "ApiConnectionError";
}

/** The answer took longer than `timeoutMs`. */
export class ApiTimeoutError extends ApiConnectionError {
  override readonly name: string = "ApiTimeoutError";
}

/** An analysis that was waited for failed. */
export class AnalysisFailedError extends PlyoError {
  override readonly name: string = "AnalysisFailedError";
  /** Of contract/errors.yaml, such as `not_a_video`. */
  readonly code: ErrorCode | (string & {});
  /** What is wrong, and where. */
  readonly detail: string;
  /** What to do about it. */
  readonly remedy: string;

  constructor(override readonly analysis: Analysis) {
    const { code, detail, remedy } = analysis.error ?? { code: "internal", detail: "no reason was given", remedy: "" };
    super(`${analysis.id} failed with ${code}: ${detail} ${remedy}`.trimEnd());
    this.code = code;
    this.detail = detail;
    this.remedy = remedy;
  }
}

/** An analysis that was waited for was cancelled. */
export class AnalysisCancelledError extends PlyoError {
  override readonly name: string = "AnalysisCancelledError";

  constructor(override readonly analysis: Analysis) {
    super(`${analysis.id} was cancelled`);
  }
}

/** An analysis was not done in the time that was given. It goes on; `wait` for it again. */
export class WaitTimeoutError extends PlyoError {
  override readonly name: string = "WaitTimeoutError";

  constructor(
    /** As it was last. */
    override readonly analysis: Analysis,
    timeoutMs: number,
    cause?: PlyoError,
  ) {
    super(`${analysis.id} is ${analysis.status} after ${timeoutMs} ms`, { cause });
  }
}

/** An upload broke off, by its `cause`. `uploadFile` with the same file and this `uploadId` goes on with it, for 24 hours. */
export class UploadError extends PlyoError {
  override readonly name: string = "UploadError";

  constructor(
    readonly uploadId: string,
    /** The part that could not be sent, counted from 1. */
    readonly partNumber: number,
    cause: PlyoError,
  ) {
    super(`part ${partNumber} of ${uploadId} could not be sent: ${cause.message}`, { cause });
  }
}

/** What came is not what a webhook of the server would have sent. Answer it with 400 and do nothing else. */
export class WebhookSignatureError extends PlyoError {
  override readonly name: string = "WebhookSignatureError";
}
