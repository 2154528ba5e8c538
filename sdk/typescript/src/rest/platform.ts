/** What differs between browsers and Node.js, in one place. */

// Asked for by a name that bundlers for browsers do not follow. The CommonJS build turns it into a require.
async function nodeModule(name: string): Promise<any> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ name);
}

/** Of the page or worker; undefined where this runs in no browser. */
export function pageOrigin(): string | undefined {
  const origin = (globalThis as { location?: { origin?: string } }).location?.origin;
  return origin && /^https?:/.test(origin) ? origin : undefined;
}

/** WebCrypto; Node 18 has it in a module alone. */
export async function webCrypto(): Promise<Crypto> {
  return globalThis.crypto ?? (await nodeModule("node:crypto")).webcrypto;
}

/** A random UUID (v4), also in pages that were not loaded by https, where browsers hide `randomUUID`. */
export async function randomUuid(): Promise<string> {
  const crypto = await webCrypto();
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** The part of `node:fs/promises` that is used. */
export interface NodeFile {
  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
  write(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesWritten: number }>;
  truncate(bytes: number): Promise<void>;
  stat(): Promise<{ size: number; isFile(): boolean }>;
  close(): Promise<void>;
}
export interface NodeFiles {
  open(path: string, flags: string): Promise<NodeFile>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { force: boolean }): Promise<void>;
}

export async function nodeFiles(): Promise<NodeFiles> {
  return nodeModule("node:fs/promises");
}

/** A file as a Blob: read piece by piece where Node can do that (from 19.8), else as a whole. */
export async function blobOfPath(path: string): Promise<Blob> {
  const fs = await nodeModule("node:fs");
  await fs.promises.access(path); // says what is wrong, which openAsBlob does not
  return typeof fs.openAsBlob === "function" ? fs.openAsBlob(path) : new Blob([await fs.promises.readFile(path)]);
}
