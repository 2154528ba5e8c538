import type { ErrorCode } from "../contract.js";
import type { Analysis, Problem } from "./types.js";

/** What the REST client throws. An aborted `signal` throws its own reason instead, as `fetch` does. */
export class PlyoError extends Error {
  override readonly name: string = "PlyoError";
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

/** An analysis that was waited for failed, or was cancelled (`code` is then `cancelled`). */
export class AnalysisFailedError extends PlyoError {
  override readonly name: string = "AnalysisFailedError";
  readonly code: ErrorCode | "cancelled" | (string & {});
  readonly detail: string;
  readonly remedy: string;

  constructor(readonly analysis: Analysis) {
    const failure = analysis.error ?? (analysis.status === "cancelled"
      ? { code: "cancelled", detail: "The analysis was cancelled.", remedy: "Start it again." }
      : { code: "internal", detail: "The analysis failed without a reason.", remedy: "Report it with the id of the analysis." });
    super(`${analysis.id}: ${failure.code}: ${failure.detail} ${failure.remedy}`);
    this.code = failure.code;
    this.detail = failure.detail;
    this.remedy = failure.remedy;
  }
}

/** What came is not what a webhook of the server would have sent. Answer it with 400 and do nothing else. */
export class WebhookSignatureError extends PlyoError {
  override readonly name: string = "WebhookSignatureError";
}
