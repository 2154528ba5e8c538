import { mock } from "node:test";

export interface Seen {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Headers;
  body: string;
  bytes: Uint8Array;
  init: RequestInit;
}

export type Answer = Response | Error | ((seen: Seen) => Response | Promise<Response>);

/** A `fetch` that gives the answers one after another, and keeps what was asked. */
export function fakeServer(...answers: Answer[]) {
  const seen: Seen[] = [];
  const fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(String(input));
    const bytes = new Uint8Array(await new Response(init.body ?? null).arrayBuffer());
    const request = {
      method: init.method ?? "GET", path: url.pathname, query: Object.fromEntries(url.searchParams), headers: new Headers(init.headers), init,
      bytes, body: new TextDecoder().decode(bytes),
    };
    seen.push(request);
    const answer = answers.shift();
    if (!answer) throw new Error(`nobody expected ${request.method} ${request.path}`);
    if (answer instanceof Error) throw answer;
    return typeof answer === "function" ? answer(request) : answer;
  };
  return { fetch, seen, left: () => answers.length };
}

export const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });

export const problem = (status: number, code: string, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ type: `urn:plyo:error:${code}`, title: "t", status, detail: `about ${code}`, code, remedy: "mend it", request_id: "r1" }), {
    status, headers: { "Content-Type": "application/problem+json", ...headers },
  });

export const broken = () => new TypeError("fetch failed", { cause: new Error("ECONNRESET") });

/** Waits of less than a minute are over at once, and are kept; the limits of time hold. Reset by `mock.restoreAll`. */
export function quickWaits(): number[] {
  const waits: number[] = [];
  const real = globalThis.setTimeout;
  mock.method(globalThis, "setTimeout", ((work: () => void, ms = 0) => {
    if (ms < 60_000) waits.push(ms);
    return real(work, ms < 60_000 ? 0 : ms);
  }) as typeof setTimeout);
  return waits;
}

/** A body that comes in these pieces, and breaks at the end where an error is given. */
export function pieces(parts: Array<string | Uint8Array>, error?: Error): ReadableStream<Uint8Array> {
  const rest = [...parts];
  return new ReadableStream({
    pull(controller) {
      const part = rest.shift();
      if (part !== undefined) controller.enqueue(typeof part === "string" ? new TextEncoder().encode(part) : part);
      else if (error) controller.error(error);
      else controller.close();
    },
  }, { highWaterMark: 0 });
}
