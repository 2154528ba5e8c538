import { WebhookSignatureError } from "./errors.js";
import { webCrypto } from "./platform.js";
import type { PlyoEvent } from "./types.js";

export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface UnwrapOptions {
  /** How far the time of sending may be from now, either way, s. */
  toleranceS?: number | undefined;
  /** ms; for tests. */
  now?: (() => number) | undefined;
}

function headerOf(headers: WebhookHeaders, name: string): string {
  let value: string | readonly string[] | null | undefined;
  if (typeof headers.get === "function") {
    value = (headers as Headers).get(name);
  } else {
    for (const [key, one] of Object.entries(headers)) if (key.toLowerCase() === name) value = one as string;
  }
  const text = typeof value === "string" ? value : value?.join(" ");
  if (!text) throw new WebhookSignatureError(`the header ${name} is missing`);
  return text;
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    return null;
  }
}

/**
 * The event in a request to a webhook endpoint, once its signature (Standard Webhooks) and its time have been found right. `body` is what
 * came, byte by byte, not what a framework made of it. Throws `WebhookSignatureError`.
 */
export async function unwrap(
  body: string | Uint8Array | ArrayBuffer, headers: WebhookHeaders, secret: string, options: UnwrapOptions = {},
): Promise<PlyoEvent> {
  const { toleranceS = 300, now = Date.now } = options;
  const key = decodeBase64(secret.replace(/^whsec_/, ""));
  if (!key?.length) throw new TypeError("the secret is not one that Plyo gave");
  const id = headerOf(headers, "webhook-id");
  const timestamp = headerOf(headers, "webhook-timestamp");
  const signatures = headerOf(headers, "webhook-signature").split(/[\s]+/);
  if (!/^\d{1,15}$/.test(timestamp)) throw new WebhookSignatureError("webhook-timestamp is no time");
  const age = now() / 1000 - Number(timestamp);
  if (Math.abs(age) > toleranceS) {
    throw new WebhookSignatureError(`it was sent ${Math.abs(Math.round(age))} s ${age > 0 ? "ago" : "in the future"}, ${toleranceS} s are allowed`);
  }
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body instanceof ArrayBuffer ? new Uint8Array(body) : body;
  const head = new TextEncoder().encode(`${id}.${timestamp}.`);
  const signed = new Uint8Array(head.length + bytes.length);
  signed.set(head);
  signed.set(bytes, head.length);
  const { subtle } = await webCrypto();
  const hmac = await subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
  let right = false;
  for (const signature of signatures) {
    const mac = signature.startsWith("v1,") ? decodeBase64(signature.slice(3)) : null;
    // WebCrypto compares in constant time; all are looked at, whichever is right.
    if (mac && (await subtle.verify("HMAC", hmac, mac, signed))) right = true;
  }
  if (!right) throw new WebhookSignatureError("no signature is right; is the secret that of this endpoint, and the body as it came?");
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as PlyoEvent;
  } catch (cause) {
    throw new WebhookSignatureError("the body is no event", { cause });
  }
}
