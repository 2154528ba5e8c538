import { blobOfPath, nodeFiles, randomUuid } from "./platform.js";

/** A file in any form that a program may have it in. A stream is read into memory, since a retry begins anew. */
export type FileSource =
  | Blob
  | Uint8Array
  | ArrayBuffer
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  /** In Node.js. */
  | { path: string };

function isPath(source: FileSource): source is { path: string } {
  return Object.getPrototypeOf(source) === Object.prototype && typeof (source as { path?: unknown }).path === "string";
}

function isBytes(source: unknown): source is Uint8Array | ArrayBuffer {
  return ArrayBuffer.isView(source) || source instanceof ArrayBuffer;
}

async function collect(source: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>): Promise<Blob> {
  const parts: BlobPart[] = [];
  if (source instanceof ReadableStream) {
    const reader = source.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) parts.push(part.value as Uint8Array<ArrayBuffer>);
  } else {
    for await (const part of source) parts.push(part as Uint8Array<ArrayBuffer>);
  }
  return new Blob(parts);
}

/** The bytes as a Blob, which is read again by each try. */
export async function toBlob(source: FileSource): Promise<Blob> {
  if (source instanceof Blob) return source;
  if (isBytes(source)) return new Blob([source as Uint8Array<ArrayBuffer>]);
  if (isPath(source)) return blobOfPath(source.path);
  if (source instanceof ReadableStream || typeof (source as AsyncIterable<Uint8Array>)?.[Symbol.asyncIterator] === "function") return collect(source);
  throw new TypeError("a file is a Blob, bytes, a stream of bytes, or { path } in Node.js");
}

/** Without folders; empty where it has no name. */
export function nameOf(source: FileSource): string {
  const name = isPath(source) ? source.path : (source as { name?: unknown }).name;
  return typeof name === "string" ? name.replace(/^.*[/\\]/, "") : "";
}

/** Something of known size that is read in parts. */
export interface PartSource {
  readonly bytes: number;
  part(begin: number, end: number): Promise<Blob | Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}

export async function openParts(source: FileSource): Promise<PartSource> {
  if (!isPath(source)) {
    const blob = await toBlob(source);
    return { bytes: blob.size, part: async (begin, end) => blob.slice(begin, end), close: async () => {} };
  }
  const file = await (await nodeFiles()).open(source.path, "r");
  return {
    bytes: (await file.stat()).size,
    part: async (begin, end) => {
      const bytes = new Uint8Array(end - begin);
      for (let at = 0; at < bytes.length; ) {
        const { bytesRead } = await file.read(bytes, at, bytes.length - at, begin + at);
        if (bytesRead === 0) throw new Error(`${source.path} became shorter while it was sent`);
        at += bytesRead;
      }
      return bytes;
    },
    close: () => file.close(),
  };
}

/** The body of `POST /v1/analyses` with its file. FormData would give the JSON a file name, and choose the types by itself. */
export async function multipart(analysis: unknown, video: Blob, name: string): Promise<{ body: Blob; contentType: string }> {
  const boundary = `plyo-${await randomUuid()}`;
  // As browsers write it in forms.
  const quoted = (name || "video").replace(/\r\n?|\n/g, "%0D%0A").replace(/"/g, "%22");
  const body = new Blob([
    `--${boundary}\r\nContent-Disposition: form-data; name="analysis"\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(analysis)}\r\n`,
    `--${boundary}\r\nContent-Disposition: form-data; name="video"; filename="${quoted}"\r\nContent-Type: application/octet-stream\r\n\r\n`,
    video,
    `\r\n--${boundary}--\r\n`,
  ]);
  return { body, contentType: `multipart/form-data; boundary=${boundary}` };
}
