import { Backoff } from "../../backoff.js";
import type { AnalysisDocument } from "../../contract.js";
import { AnalysisCancelledError, AnalysisFailedError, ApiConnectionError, ApiError, PlyoError, WaitTimeoutError } from "../errors.js";
import { multipart, nameOf, toBlob, type FileSource } from "../files.js";
import { ApiPromise, type PagePromise } from "../page.js";
import { nodeFiles } from "../platform.js";
import { parseEvents } from "../sse.js";
import { mayPass, path, retryAfter, sleep, type ConditionalOptions, type CreateOptions, type RequestOptions, type Transport } from "../transport.js";
import type { Analysis, AnalysisForm, AnalysisSource, AnalysisStatus, FixtureName } from "../types.js";
import type { ListParams } from "./athletes.js";

/** Where the video or the landmarks come from: one of these. */
export type AnalysisInputSource =
  /** A video, or a table of landmarks (CSV), sent in the same request; a large one had better go by `uploads.uploadFile`. */
  | { file: FileSource }
  | { upload_id: string }
  /** One that the operator allows to fetch from. */
  | { url: string }
  /** As `plyo analyze --export-landmarks` writes it. */
  | { landmarks_csv: string }
  /** In test mode. */
  | { fixture: FixtureName }
  /** As the contract has it. */
  | { source: AnalysisSource };

export type AnalysisParams = AnalysisForm & AnalysisInputSource;

export interface WaitOptions {
  /** Called with each state that differs from the one before. */
  onProgress?: ((analysis: Analysis) => void) | undefined;
  signal?: AbortSignal | undefined;
  /** How long to wait for the end of the analysis; without it as long as it takes. Over it: `WaitTimeoutError`, and the analysis goes on. A
   * server that cannot be reached meanwhile is asked again until then, without it for five minutes. */
  timeoutMs?: number | undefined;
}

export interface AnalysisProgress {
  event: "progress" | "completed" | "failed" | "cancelled";
  analysis: Analysis;
}

export interface FileOptions extends RequestOptions {
  /** One range of bytes, as in `bytes=0-1023`. */
  range?: string | undefined;
}

export interface AnalysisListParams extends ListParams {
  athlete_id?: string | undefined;
  sport?: string | undefined;
  status?: AnalysisStatus | undefined;
  /** RFC 3339: created at that time or later. */
  created_after?: string | undefined;
  created_before?: string | undefined;
}

const SOURCES = ["file", "upload_id", "url", "landmarks_csv", "fixture", "source"] as const;
/** A video on its way; `timeoutMs` of the client is meant for small requests. */
const SENDING_MS = 600_000;
/** A stream that is silent for so long is opened anew. */
const SILENCE_MS = 60_000;
/** An outage that is waited through where nobody said how long to wait. */
const LONGEST_OUTAGE_MS = 300_000;

/** Splits what is to be measured from where it is. */
function sourceOf(params: AnalysisParams): { form: AnalysisForm; source: AnalysisSource | null; file: FileSource | null } {
  const { file, upload_id, url, landmarks_csv, fixture, source, ...form } = params as AnalysisForm & {
    file?: FileSource; upload_id?: string; url?: string; landmarks_csv?: string; fixture?: FixtureName; source?: AnalysisSource;
  };
  const given = SOURCES.filter((name) => (params as Record<string, unknown>)[name] !== undefined);
  if (given.length !== 1) throw new TypeError(`one of ${SOURCES.join(", ")} is wanted, ${given.length ? given.join(" and ") : "none"} given`);
  if (file !== undefined) return { form, source: null, file };
  if (upload_id !== undefined) return { form, file: null, source: { type: "upload", upload_id } };
  if (url !== undefined) return { form, file: null, source: { type: "url", url } };
  if (landmarks_csv !== undefined) return { form, file: null, source: { type: "landmarks", csv: landmarks_csv } };
  return { form, file: null, source: source ?? { type: "fixture", name: fixture! } };
}

/** Videos and landmarks, what was measured in them, and the files of it. */
export class Analyses {
  constructor(private readonly transport: Transport) {}

  /** Answers at once with the queued analysis. */
  create(params: AnalysisParams, options?: CreateOptions): ApiPromise<Analysis> {
    const sent = async () => {
      const { form, source, file } = sourceOf(params);
      const request = { method: "POST", path: "/v1/analyses", options } as const;
      if (file === null) return this.transport.json<Analysis>({ ...request, json: { ...form, source } }).withResponse();
      const { body, contentType } = await multipart(form, await toBlob(file), nameOf(file));
      return this.transport.json<Analysis>({ ...request, body, contentType, timeoutMs: Math.max(SENDING_MS, this.transport.timeoutMs) }).withResponse();
    };
    return new ApiPromise(sent());
  }

  /** Starts one and waits for its end. `AnalysisFailedError` where it fails, `AnalysisCancelledError` where it was cancelled; giving up to wait does not end the analysis, which the error names. */
  async createAndWait(params: AnalysisParams, options: WaitOptions & { idempotencyKey?: string | undefined } = {}): Promise<Analysis> {
    const { signal, idempotencyKey } = options;
    const { data, response } = await this.create(params, { signal, idempotencyKey }).withResponse();
    return this.follow(data.id, options, { data, response });
  }

  /** Waits for the end of one that was started. */
  wait(analysisId: string, options: WaitOptions = {}): Promise<Analysis> {
    return this.follow(analysisId, options, null);
  }

  /** While the server is away the analysis waits or runs all the same, and so does who waits for it. */
  private async follow(analysisId: string, options: WaitOptions, created: { data: Analysis; response: Response } | null): Promise<Analysis> {
    const { signal, onProgress, timeoutMs = Infinity } = options;
    // The retries are those of this loop, so that no wait leads over the deadline.
    const ask = () => this.get(analysisId, { signal, maxRetries: 0 }).withResponse();
    const backoff = new Backoff({ firstMs: 250, mostMs: 5000 });
    let heard = Date.now();
    const deadline = heard + timeoutMs;
    let last = created?.data;
    let told = "";
    for (let next = created ?? ask(); ; next = ask()) {
      let failure: PlyoError | undefined;
      let asked: number | null;
      try {
        const { data, response } = await next;
        last = data;
        heard = Date.now();
        asked = retryAfter(response.headers);
      } catch (error) {
        if (!(error instanceof PlyoError)) throw error;
        error.analysis = last;
        if (!mayPass(error) || (timeoutMs === Infinity && Date.now() - heard > LONGEST_OUTAGE_MS)) throw error;
        failure = error;
        asked = error instanceof ApiError ? error.retryAfterS : null;
      }
      if (last) {
        const state = `${last.status} ${last.progress}`;
        if (state !== told) onProgress?.(last);
        told = state;
        if (last.status === "completed") return last;
        if (last.status === "failed") throw new AnalysisFailedError(last);
        if (last.status === "cancelled") throw new AnalysisCancelledError(last);
      }
      const wait = backoff.next((asked ?? 0) * 1000);
      const left = deadline - Date.now();
      if (left <= 0) throw last ? new WaitTimeoutError(last, timeoutMs, failure) : failure!;
      await sleep(Math.min(wait, left), signal);
    }
  }

  list(params: AnalysisListParams = {}, options?: RequestOptions): PagePromise<Analysis> {
    return this.transport.list({ method: "GET", path: "/v1/analyses", query: { ...params }, options });
  }

  get(analysisId: string, options: ConditionalOptions): ApiPromise<Analysis | null>;
  get(analysisId: string, options?: RequestOptions): ApiPromise<Analysis>;
  get(analysisId: string, options?: RequestOptions): ApiPromise<Analysis | null> {
    return this.transport.json({ method: "GET", path: path`/v1/analyses/${analysisId}`, options });
  }

  /** With its video, result and files. One that runs is cancelled first. */
  delete(analysisId: string, options?: RequestOptions): ApiPromise<void> {
    return this.transport.delete(path`/v1/analyses/${analysisId}`, options);
  }

  /** One that is done stays as it is: `ConflictError`. */
  cancel(analysisId: string, options?: CreateOptions): ApiPromise<Analysis> {
    return this.transport.json({ method: "POST", path: path`/v1/analyses/${analysisId}/cancel`, options });
  }

  /** The document `plyo.analysis/1`. */
  result(analysisId: string, options: ConditionalOptions): ApiPromise<AnalysisDocument | null>;
  result(analysisId: string, options?: RequestOptions): ApiPromise<AnalysisDocument>;
  result(analysisId: string, options?: RequestOptions): ApiPromise<AnalysisDocument | null> {
    return this.transport.json({ method: "GET", path: path`/v1/analyses/${analysisId}/result`, options });
  }

  /** One of `files` by its name: `.text()`, `.blob()` or the stream `.body` of what it gives. */
  file(analysisId: string, fileName: string, options: FileOptions = {}): Promise<Response> {
    const headers = { ...options.headers, ...(options.range === undefined ? {} : { Range: options.range }) };
    return this.transport.response({
      method: "GET", path: path`/v1/analyses/${analysisId}/files/${fileName}`, accept: "*/*", options: { ...options, headers },
    });
  }

  /** Node.js: writes a file to the disk, under its name once it is whole. A connection that breaks is gone on with. */
  async saveFile(analysisId: string, fileName: string, to: string, options: RequestOptions = {}): Promise<void> {
    const files = await nodeFiles();
    const part = `${to}.part`;
    const out = await files.open(part, "w");
    try {
      const bytes = await this.copy(analysisId, fileName, options, async (piece, at) => {
        for (let done = 0; done < piece.length; ) done += (await out.write(piece, done, piece.length - done, at + done)).bytesWritten;
      });
      await out.truncate(bytes);
      await out.close();
      await files.rename(part, to);
    } catch (error) {
      await out.close().catch(() => {});
      await files.rm(part, { force: true });
      throw error;
    }
  }

  private async copy(
    analysisId: string, fileName: string, options: RequestOptions, write: (piece: Uint8Array, at: number) => Promise<void>,
  ): Promise<number> {
    const backoff = new Backoff({ firstMs: 500, mostMs: 8000, spread: 1 });
    let at = 0;
    for (let left = options.maxRetries ?? this.transport.maxRetries; ; left--) {
      let response: Response;
      try {
        response = await this.file(analysisId, fileName, at ? { ...options, range: `bytes=${at}-` } : options);
      } catch (error) {
        // Everything had come before the connection broke.
        if (at > 0 && error instanceof ApiError && error.status === 416) return at;
        throw error;
      }
      if (response.status !== 206) at = 0;
      const reader = response.body?.getReader();
      if (!reader) return at;
      for (;;) {
        let piece: ReadableStreamReadResult<Uint8Array>;
        try {
          piece = await reader.read();
        } catch (error) {
          options.signal?.throwIfAborted();
          if (left <= 0) throw new ApiConnectionError(`${fileName} broke off after ${at} bytes`, { cause: error });
          await sleep(backoff.next(), options.signal);
          break;
        }
        if (piece.done) return at;
        try {
          await write(piece.value, at);
        } catch (error) {
          await reader.cancel().catch(() => {});
          throw error;
        }
        at += piece.value.length;
      }
    }
  }

  /** Follows an analysis to its end. A connection that breaks is opened anew; the last one says how it ended. */
  async *stream(analysisId: string, options: RequestOptions = {}): AsyncGenerator<AnalysisProgress, void, undefined> {
    const { signal } = options;
    const most = options.maxRetries ?? this.transport.maxRetries;
    const backoff = new Backoff({ firstMs: 500, mostMs: 8000, spread: 1 });
    for (let losses = 0; losses <= most; ) {
      const stop = new AbortController();
      const abort = () => stop.abort(signal!.reason);
      signal?.throwIfAborted();
      signal?.addEventListener("abort", abort, { once: true });
      let silent = false;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const listen = () => {
        clearTimeout(timer);
        timer = setTimeout(() => ((silent = true), stop.abort()), SILENCE_MS);
      };
      try {
        const response = await this.transport.response({
          method: "GET", path: path`/v1/analyses/${analysisId}/events`, accept: "text/event-stream", options: { ...options, signal: stop.signal },
        });
        listen();
        if (response.body) {
          for await (const { event, data } of parseEvents(response.body, listen)) {
            clearTimeout(timer);
            losses = 0;
            backoff.reset();
            if (event === "progress" || event === "completed" || event === "failed" || event === "cancelled") {
              yield { event, analysis: parse(data) };
              if (event !== "progress") return;
            }
            listen();
          }
        }
      } catch (error) {
        signal?.throwIfAborted();
        // Silence is no loss: one that waits in the queue has nothing to say.
        if (error instanceof PlyoError) throw error;
      } finally {
        clearTimeout(timer);
        stop.abort();
        signal?.removeEventListener("abort", abort);
      }
      if (silent) continue;
      losses++;
      if (losses <= most) await sleep(backoff.next(), signal);
    }
    throw new ApiConnectionError(`the events of ${analysisId} broke off before its end`);
  }
}

function parse(data: string): Analysis {
  try {
    return JSON.parse(data) as Analysis;
  } catch (cause) {
    throw new PlyoError("an event of the stream holds no analysis", { cause });
  }
}
