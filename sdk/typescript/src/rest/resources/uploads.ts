import { Backoff } from "../../backoff.js";
import { PlyoError, UploadError } from "../errors.js";
import { openParts, type FileSource } from "../files.js";
import type { ApiPromise } from "../page.js";
import { path, sleep, type CreateOptions, type RequestOptions, type Transport } from "../transport.js";
import type { Upload, UploadInput } from "../types.js";

export interface UploadProgress {
  /** Keep it: with it the upload can be gone on with, also after a crash. */
  uploadId: string;
  sentBytes: number;
  totalBytes: number;
}

export interface UploadFileOptions extends RequestOptions {
  /** Goes on with an upload that was begun: only the parts that are missing are sent. */
  uploadId?: string | undefined;
  /** Size of a part, 8 MiB where it is not said. */
  partBytes?: number | undefined;
  /** Digest of the whole file, hex; the server then checks what it got. */
  sha256?: string | undefined;
  /** Called at the begin and after each part. */
  onProgress?: ((progress: UploadProgress) => void) | undefined;
}

const PART_MS = 300_000;
/** A check that is waited for longer has broken off. */
const LONGEST_CHECK_MS = 600_000;

/** Large videos, sent in parts that can be sent again. */
export class Uploads {
  constructor(private readonly transport: Transport) {}

  create(upload: UploadInput, options?: CreateOptions): ApiPromise<Upload> {
    return this.transport.json({ method: "POST", path: "/v1/uploads", json: upload, options });
  }

  get(uploadId: string, options?: RequestOptions): ApiPromise<Upload> {
    return this.transport.json({ method: "GET", path: path`/v1/uploads/${uploadId}`, options });
  }

  /** Parts are counted from 1, come in any order and may be sent again. */
  putPart(uploadId: string, partNumber: number, content: Blob | Uint8Array<ArrayBuffer>, options?: RequestOptions): ApiPromise<Upload> {
    return this.transport.json({
      method: "PUT", path: path`/v1/uploads/${uploadId}/parts/${partNumber}`, body: content, contentType: "application/octet-stream", options,
      timeoutMs: Math.max(PART_MS, this.transport.timeoutMs),
    });
  }

  delete(uploadId: string, options?: RequestOptions): ApiPromise<void> {
    return this.transport.delete(path`/v1/uploads/${uploadId}`, options);
  }

  /**
   * Sends a whole file; gives the complete upload, for `analyses.create({ upload_id })`. What breaks is tried again part by part; what
   * breaks for longer throws `UploadError`, and a later call with its `uploadId` goes on.
   */
  async uploadFile(source: FileSource, options: UploadFileOptions = {}): Promise<Upload> {
    const { uploadId, partBytes, sha256, onProgress, ...request } = options;
    const file = await openParts(source);
    try {
      let upload = uploadId !== undefined ? await this.get(uploadId, request) : await this.create({
        bytes: file.bytes,
        ...(partBytes === undefined ? {} : { part_bytes: partBytes }),
        ...(sha256 === undefined ? {} : { sha256 }),
      }, request);
      if (upload.bytes !== file.bytes) throw new PlyoError(`${upload.id} is for a file of ${upload.bytes} bytes, this one has ${file.bytes}`);
      if (upload.status === "used") throw new PlyoError(`${upload.id} has been used for an analysis`);
      const { id, part_bytes: size } = upload;
      const count = Math.ceil(file.bytes / size);
      const bytesOf = (part: number) => Math.min(size, file.bytes - (part - 1) * size);
      const there = new Set(upload.parts);
      // Their check broke off; a part that comes once more begins it again.
      if (upload.status === "open" && there.size === count) there.delete(count);
      const tell = () => onProgress?.({ uploadId: id, sentBytes: [...there].reduce((sum, part) => sum + bytesOf(part), 0), totalBytes: file.bytes });
      tell();
      for (let part = 1; part <= count; part++) {
        if (there.has(part)) continue;
        const begin = (part - 1) * size;
        const content = await file.part(begin, begin + bytesOf(part));
        upload = await this.putPart(id, part, content, request).catch((error: unknown) => {
          throw error instanceof PlyoError ? new UploadError(id, part, error) : error;
        });
        there.add(part);
        tell();
      }
      if (upload.status !== "complete") upload = await this.get(id, request);
      // The digest of a large file may take longer than the answer to its last part was waited for.
      const backoff = new Backoff({ firstMs: 250, mostMs: 5000 });
      for (let waited = 0; upload.status === "open" && upload.sha256 !== undefined && upload.parts.length === count && waited < LONGEST_CHECK_MS;) {
        const wait = backoff.next();
        waited += wait;
        await sleep(wait, request.signal);
        upload = await this.get(id, request);
      }
      if (upload.status !== "complete") throw new UploadError(id, count, new PlyoError(`${id} is not complete though all of its parts were sent`));
      return upload;
    } finally {
      await file.close();
    }
  }
}
