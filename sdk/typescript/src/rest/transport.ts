import { Backoff } from "../backoff.js";
import { API_VERSION } from "../contract.js";
import { ERROR_CLASSES } from "./error_classes.js";
import { ApiConnectionError, ApiError, ApiTimeoutError, InvalidAnswerError, PlyoError, ServerError, type ApiErrorInit } from "./errors.js";
import { ApiPromise, Page, PagePromise } from "./page.js";
import { pageOrigin, randomUuid } from "./platform.js";
import type { Problem } from "./types.js";

/** Of one call; goes before what the client was made with. */
export interface RequestOptions {
  signal?: AbortSignal | undefined;
  /** Of each try; Infinity waits for ever. */
  timeoutMs?: number | undefined;
  maxRetries?: number | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
}

/** Of a call that makes something. */
export interface CreateOptions extends RequestOptions {
  /** The same again within 24 hours gets the first answer. Without it every call has its own, which its retries share. */
  idempotencyKey?: string | undefined;
}

/** Of a change that shall not undo another's. */
export interface UpdateOptions extends RequestOptions {
  /** `ETag` of the object as it was read; refused with `PreconditionFailedError` where it has changed since. */
  ifMatch?: string | undefined;
}

/** Of a call that gives null where the object is still as it is known. */
export interface ConditionalOptions extends RequestOptions {
  /** `ETag` of the object as it is known. */
  ifNoneMatch: string;
}

export interface TransportOptions {
  apiKey?: string | undefined;
  baseUrl?: string | undefined;
  timeoutMs?: number | undefined;
  maxRetries?: number | undefined;
  fetch?: typeof globalThis.fetch | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
}

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface ApiRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  query?: Query | undefined;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is; it must be the same in every try. */
  body?: Blob | Uint8Array<ArrayBuffer> | undefined;
  contentType?: string | undefined;
  accept?: string | undefined;
  options?: (RequestOptions & CreateOptions & UpdateOptions & Partial<ConditionalOptions>) | undefined;
  /** What `timeoutMs` is where nobody says it. */
  timeoutMs?: number | undefined;
  /** It deletes and gives nothing: where an earlier try may have been carried out, 404 says that it was. */
  deletes?: true | undefined;
}

/** More than this is no wait for a retry; the caller is told. */
const LONGEST_WAIT_S = 60;
/** A timer of more has its time cut to 31 bits, and fires at once: nobody waits for one. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const RETRIED = new Set([408, 429, 500, 502, 503, 504]);
/** Of these the request may have been carried out before its answer was lost. */
const DOUBTFUL = new Set([408, 500, 502, 504]);
/** And of this refusal of 503: the store was lost while it was written, or after. */
const STORE_FAILED = "store_failed";
/** This lasts to the end of the month, or until somebody deletes something. */
const QUOTA_EXCEEDED = "quota_exceeded";
/** Of a connection that did not come to be, as Node has it; a browser does not say. */
const NEVER_SENT = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"]);

/** Fills an address; what is put in cannot leave its segment. */
export function path(strings: TemplateStringsArray, ...values: Array<string | number>): string {
  return strings.reduce((sum, part, i) => {
    const value = String(values[i - 1]);
    if (value === "" || value === "." || value === "..") throw new TypeError(`${JSON.stringify(value)} is no id`);
    return sum + encodeURIComponent(value) + part;
  });
}

/** Whether it may be different in a moment. */
export function mayPass(error: PlyoError): boolean {
  if (!(error instanceof ApiError)) return error instanceof ApiConnectionError;
  return RETRIED.has(error.status) && error.code !== QUOTA_EXCEEDED && (error.retryAfterS ?? 0) <= LONGEST_WAIT_S;
}

/** Waits; rejects with the signal's reason as soon as that aborts. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => (clearTimeout(timer), reject(signal!.reason));
    const timer = setTimeout(() => (signal?.removeEventListener("abort", stop), resolve()), Math.min(ms, LONGEST_TIMER_MS));
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** Seconds that `Retry-After` asks for, which is a number or a date. */
export function retryAfter(headers: Headers, nowMs = Date.now()): number | null {
  const text = headers.get("Retry-After")?.trim();
  if (!text) return null;
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : (Date.parse(text) - nowMs) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}

export function errorOf(response: Response, text: string): ApiError {
  let problem: Problem | null = null;
  try {
    const parsed = JSON.parse(text) as Problem | null;
    if (typeof parsed?.code === "string") problem = parsed;
  } catch {
    // A proxy's page.
  }
  const init: ApiErrorInit = {
    status: response.status,
    code: problem?.code ?? null,
    detail: problem?.detail ?? (text.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").trim().slice(0, 200) || response.statusText || "no reason was given"),
    remedy: problem?.remedy ?? null,
    requestId: problem?.request_id ?? response.headers.get("X-Request-Id"),
    retryAfterS: retryAfter(response.headers),
    problem,
  };
  const known = init.code !== null && Object.hasOwn(ERROR_CLASSES, init.code) ? ERROR_CLASSES[init.code] : undefined;
  return new (known ?? (init.status >= 500 ? ServerError : ApiError))(init);
}

/** A limit of time and the caller's signal as one signal. */
class Deadline {
  private readonly controller = new AbortController();
  private readonly timer: ReturnType<typeof setTimeout> | undefined;
  private readonly stop = () => this.controller.abort(this.outer!.reason);
  timedOut = false;

  constructor(ms: number, private readonly outer?: AbortSignal) {
    if (ms <= LONGEST_TIMER_MS) {
      this.timer = setTimeout(() => {
        this.timedOut = true;
        this.controller.abort(new DOMException(`no answer within ${ms} ms`, "TimeoutError"));
      }, ms);
    }
    if (outer?.aborted) this.stop();
    else outer?.addEventListener("abort", this.stop, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** The limit holds no more, the caller's signal still does. */
  endTime(): void {
    clearTimeout(this.timer);
  }

  end(): void {
    clearTimeout(this.timer);
    this.outer?.removeEventListener("abort", this.stop);
  }
}

/** Requests with their headers, limits of time and retries. */
export class Transport {
  readonly baseUrl: string;
  readonly timeoutMs: number;
  readonly maxRetries: number;
  private readonly fetcher: typeof globalThis.fetch;
  private readonly headers: Record<string, string>;
  private readonly credentials: RequestCredentials;

  constructor(options: TransportOptions) {
    const origin = pageOrigin();
    this.baseUrl = (options.baseUrl ?? origin ?? "http://127.0.0.1:8080").replace(/\/+$/, "");
    this.timeoutMs = options.timeoutMs ?? 60_000;
    this.maxRetries = options.maxRetries ?? 2;
    const given = options.fetch;
    // A fetch that is called as a method of something else than the window fails in browsers.
    this.fetcher = given ? (input, init) => given(input, init) : (input, init) => globalThis.fetch(input, init);
    this.headers = { "Plyo-Version": API_VERSION };
    if (options.apiKey !== undefined) this.headers["Authorization"] = `Bearer ${options.apiKey}`;
    if (origin === undefined) this.headers["User-Agent"] = "plyo-js/0.1";
    Object.assign(this.headers, options.headers);
    this.credentials = options.apiKey === undefined ? "same-origin" : "omit";
  }

  /** The JSON of the answer; null for 304, undefined for none. */
  json<T>(request: ApiRequest): ApiPromise<T> {
    return new ApiPromise(this.attempt(request, async (response) => {
      const text = await response.text();
      if (response.status === 304) return { data: null as T, response };
      try {
        return { data: (text === "" ? undefined : JSON.parse(text)) as T, response };
      } catch {
        throw new InvalidAnswerError(`${request.method} ${request.path}: the answer is not JSON`, response.status, response.headers.get("X-Request-Id"));
      }
    }));
  }

  delete(path: string, options?: RequestOptions): ApiPromise<void> {
    return this.json({ method: "DELETE", path, options, deletes: true });
  }

  /** The answer as soon as its headers are there; the caller's signal still ends its body. */
  response(request: ApiRequest): Promise<Response> {
    return this.attempt(request, null);
  }

  list<T>(request: ApiRequest): PagePromise<T> {
    const page = this.json<{ data: T[]; next_cursor: string | null }>(request).withResponse();
    const next = (cursor: string) => this.list<T>({ ...request, query: { ...request.query, cursor } });
    return new PagePromise(page.then(({ data, response }) => ({ data: new Page(data.data, data.next_cursor, next), response })));
  }

  private url(request: ApiRequest): string {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined && value !== null) query.append(name, String(value));
    }
    const text = query.toString();
    return this.baseUrl + request.path + (text ? `?${text}` : "");
  }

  private async headersOf(request: ApiRequest): Promise<Headers> {
    const { options } = request;
    const headers = new Headers(this.headers);
    headers.set("Accept", request.accept ?? "application/json");
    if (request.json !== undefined) headers.set("Content-Type", "application/json");
    else if (request.contentType !== undefined) headers.set("Content-Type", request.contentType);
    if (request.method === "POST") headers.set("Idempotency-Key", options?.idempotencyKey ?? (await randomUuid()));
    if (options?.ifMatch !== undefined) headers.set("If-Match", options.ifMatch);
    if (options?.ifNoneMatch !== undefined) headers.set("If-None-Match", options.ifNoneMatch);
    for (const [name, value] of Object.entries(options?.headers ?? {})) headers.set(name, value);
    return headers;
  }

  private async attempt(request: ApiRequest, read: null): Promise<Response>;
  private async attempt<T>(request: ApiRequest, read: (response: Response) => Promise<T>): Promise<T>;
  private async attempt<T>(request: ApiRequest, read: ((response: Response) => Promise<T>) | null): Promise<T | Response> {
    const { options } = request;
    const signal = options?.signal;
    const timeoutMs = options?.timeoutMs ?? request.timeoutMs ?? this.timeoutMs;
    const backoff = new Backoff({ firstMs: 500, mostMs: 8000, spread: 1 });
    signal?.throwIfAborted();
    const init: RequestInit = { method: request.method, headers: await this.headersOf(request), credentials: this.credentials };
    const body = request.json !== undefined ? JSON.stringify(request.json) : request.body;
    if (body !== undefined) init.body = body;
    const url = this.url(request);
    let doubtful = false; // an earlier try may have been carried out
    for (let left = options?.maxRetries ?? this.maxRetries; ; left--) {
      const deadline = new Deadline(timeoutMs, signal);
      let reading = false;
      try {
        let response = await this.fetcher(url, { ...init, signal: deadline.signal });
        if (doubtful && request.deletes && response.status === 404) response = new Response(null, { status: 204, headers: response.headers });
        if (!response.ok && response.status !== 304) throw errorOf(response, await response.text().catch(() => ""));
        if (!read) {
          reading = true;
          deadline.endTime();
          return response;
        }
        return await read(response);
      } catch (thrown) {
        signal?.throwIfAborted();
        const error = thrown instanceof PlyoError ? thrown
          : deadline.timedOut ? new ApiTimeoutError(`no answer within ${timeoutMs} ms`, { cause: thrown })
          : new ApiConnectionError(`${request.method} ${request.path}: ${reasonOf(thrown)}`, { cause: thrown });
        const asked = error instanceof ApiError ? error.retryAfterS ?? 0 : 0;
        if (left <= 0 || !mayPass(error)) throw error;
        const inDoubt = error instanceof ApiError ? DOUBTFUL.has(error.status) || error.code === STORE_FAILED : !NEVER_SENT.has(causeOf(thrown)?.code ?? "");
        // The second would be refused because of the first.
        if (inDoubt && options?.ifMatch !== undefined) throw error;
        doubtful ||= inDoubt;
        await sleep(backoff.next(asked * 1000), signal);
      } finally {
        if (!reading) deadline.end();
      }
    }
  }
}

// Node's fetch says "fetch failed" and why in its cause.
function causeOf(thrown: unknown): { message?: string; code?: string } | undefined {
  return (thrown as { cause?: { message?: string; code?: string } } | null)?.cause;
}

function reasonOf(thrown: unknown): string {
  const cause = causeOf(thrown);
  return cause?.message || cause?.code || (thrown instanceof Error ? thrown.message : String(thrown));
}
