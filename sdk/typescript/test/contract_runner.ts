// Runs the scenarios of tests/contract/scenarios.yaml, which says what its words mean, through this SDK against a real server. From the
// root of the repository, with PLYO_BASE_URL, PLYO_API_KEY and PLYO_TEST_API_KEY:
//   node build/node/sdk_contract/contract_runner.mjs [--file SCENARIOS.yaml] [NAME...]
// Prints a line for each scenario; fails where one of them does.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { AnalysisFailedError, ApiError, ApiPromise, Page, PagePromise, Plyo } from "../src/index.js";

type Fields = Record<string, unknown>;

interface Step {
  call: string;
  args?: Fields;
  save?: string;
  mode?: Mode;
  as?: string;
  all?: boolean;
  expect?: Fields;
  error?: string | string[];
  not_modified?: boolean;
  within_s?: number;
}
type Mode = "test" | "live";
interface Scenario {
  name: string;
  mode?: Mode;
  steps: Step[];
  finally?: Step[];
}

/** Of a method: what of the path it takes one by one, and whether the other arguments are an object behind them. */
const METHODS: Record<string, { path?: string[]; fields?: true }> = {
  "athletes.create": { fields: true },
  "athletes.list": { fields: true },
  "athletes.get": { path: ["athlete_id"] },
  "athletes.update": { path: ["athlete_id"], fields: true },
  "athletes.delete": { path: ["athlete_id"] },
  "athletes.export": { path: ["athlete_id"] },
  "athletes.trend": { path: ["athlete_id"], fields: true },
  "athletes.consents.create": { path: ["athlete_id"], fields: true },
  "athletes.consents.list": { path: ["athlete_id"], fields: true },
  "athletes.consents.withdraw": { path: ["athlete_id", "consent_id"] },
  "analyses.create": { fields: true },
  "analyses.create_and_wait": { fields: true },
  "analyses.wait": { path: ["analysis_id"] },
  "analyses.list": { fields: true },
  "analyses.get": { path: ["analysis_id"] },
  "analyses.delete": { path: ["analysis_id"] },
  "analyses.cancel": { path: ["analysis_id"] },
  "analyses.result": { path: ["analysis_id"] },
  "analyses.file": { path: ["analysis_id", "file_name"] },
  "analyses.stream": { path: ["analysis_id"] },
  "uploads.create": { fields: true },
  "uploads.get": { path: ["upload_id"] },
  "uploads.put_part": { path: ["upload_id", "part_number", "content"] },
  "uploads.delete": { path: ["upload_id"] },
  "uploads.upload_file": { path: ["file"] },
  "sessions.list": { fields: true },
  "sessions.get": { path: ["session_id"] },
  "sessions.delete": { path: ["session_id"] },
  "sessions.file": { path: ["session_id", "file_name"] },
  "session_tickets.create": { fields: true },
  "webhook_endpoints.create": { fields: true },
  "webhook_endpoints.list": { fields: true },
  "webhook_endpoints.get": { path: ["webhook_endpoint_id"] },
  "webhook_endpoints.update": { path: ["webhook_endpoint_id"], fields: true },
  "webhook_endpoints.delete": { path: ["webhook_endpoint_id"] },
  "webhook_endpoints.rotate_secret": { path: ["webhook_endpoint_id"] },
  "webhook_endpoints.deliveries": { path: ["webhook_endpoint_id"], fields: true },
  "events.list": { fields: true },
  "events.get": { path: ["event_id"] },
  "events.replay": { path: ["event_id"] },
  "api_keys.create": { fields: true },
  "api_keys.list": { fields: true },
  "api_keys.get": { path: ["api_key_id"] },
  "api_keys.revoke": { path: ["api_key_id"] },
  "api_keys.rotate": { path: ["api_key_id"], fields: true },
  "project.get": {},
  "project.update": { fields: true },
  "usage.get": {},
  "audit_log.list": { fields: true },
  "catalogue.get": {},
};
/** What goes into the options of a call, and how it is called there. */
const OPTIONS: Record<string, string> = { idempotency_key: "idempotencyKey", if_match: "ifMatch", if_none_match: "ifNoneMatch" };
const OPTIONS_OF: Record<string, Record<string, string>> = {
  "analyses.file": { range: "range" },
  "uploads.upload_file": { upload_id: "uploadId", part_bytes: "partBytes", sha256: "sha256" },
};

const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
/** `undefined` is what is not there. */
function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((inner, part) => {
    if (Array.isArray(inner)) return inner.at(Number(part));
    return isFields(inner) && Object.hasOwn(inner, part) ? inner[part] : undefined;
  }, value);
}

function fill(value: unknown, saved: Fields): unknown {
  if (typeof value === "string") {
    const look = (path: string) => {
      const found = at(saved, path);
      assert.notEqual(found, undefined, `there is no \${${path}}`);
      return found;
    };
    const whole = /^\$\{([^}]+)\}$/.exec(value);
    return whole ? look(whole[1]!) : value.replace(/\$\{([^}]+)\}/g, (_, path: string) => String(look(path)));
  }
  if (Array.isArray(value)) return value.map((one) => fill(one, saved));
  if (isFields(value)) return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fill(one, saved)]));
  return value;
}

async function file(value: unknown): Promise<unknown> {
  if (!isFields(value)) return value;
  if (typeof value["$path"] === "string") return { path: value["$path"] };
  if (typeof value["$text"] === "string") return readFile(value["$text"], "utf8");
  return typeof value["$zeros"] === "number" ? new Uint8Array(value["$zeros"]) : value;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)$/;
const TYPES: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === "string",
  integer: (value) => Number.isInteger(value),
  number: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  list: Array.isArray,
  object: isFields,
  null: (value) => value === null,
  absent: (value) => value === undefined,
  time: (value) => typeof value === "string" && TIME.test(value) && !Number.isNaN(Date.parse(value)),
};
const MATCHERS: Record<string, (value: unknown, wanted: any, matcher: Fields) => boolean> = {
  type: (value, wanted: string) => (TYPES[wanted] ?? assert.fail(`there is no type ${wanted}`))(value),
  matches: (value, wanted: string) => typeof value === "string" && new RegExp(wanted).test(value),
  not: (value, wanted) => !isDeepStrictEqual(value, wanted),
  about: (value, wanted: number, { within }) => typeof value === "number" && Math.abs(value - wanted) <= (within as number),
  within: () => true,
  length: (value, wanted: number) => (Array.isArray(value) || typeof value === "string") && value.length === wanted,
  at_least: (value, wanted: number) => (Array.isArray(value) ? value.length >= wanted : typeof value === "number" && value >= wanted),
  contains: (value, wanted: Fields) => Array.isArray(value) && value.some((one) => mismatches(one, wanted).length === 0),
  lacks: (value, wanted: Fields) => Array.isArray(value) && value.every((one) => mismatches(one, wanted).length > 0),
};

function matches(value: unknown, matcher: unknown): boolean {
  const words = isFields(matcher) ? Object.keys(matcher) : [];
  if (!words.length || !words.every((word) => Object.hasOwn(MATCHERS, word))) return isDeepStrictEqual(value, matcher);
  return words.every((word) => MATCHERS[word]!(value, (matcher as Fields)[word], matcher as Fields));
}

function mismatches(value: unknown, expected: Fields): string[] {
  return Object.entries(expected).filter(([path, matcher]) => !matches(at(value, path), matcher))
    .map(([path, matcher]) => `${path} is ${(JSON.stringify(at(value, path)) ?? "absent").slice(0, 300)}, wanted ${JSON.stringify(matcher)}`);
}

function headersOf(response: Response): Fields {
  return {
    $etag: response.headers.get("ETag") ?? undefined,
    $replayed: response.headers.get("Idempotency-Replayed") === "true",
    $status: response.status,
    $request_id: response.headers.get("X-Request-Id") ?? undefined,
  };
}

const settings = (name: string) => process.env[name] ?? assert.fail(`${name} is not set`);
const clients = new Map<string, Plyo>();
function clientOf(apiKey: string): Plyo {
  const client = clients.get(apiKey) ?? new Plyo({ apiKey, baseUrl: settings("PLYO_BASE_URL") });
  clients.set(apiKey, client);
  return client;
}

/** The answer, or null where the object is as it is known. */
async function call(step: Step, mode: Mode, saved: Fields): Promise<Fields | null> {
  const method = METHODS[step.call] ?? assert.fail(`there is no ${step.call}`);
  const client = clientOf(step.as === undefined ? settings((step.mode ?? mode) === "live" ? "PLYO_API_KEY" : "PLYO_TEST_API_KEY") : (fill(step.as, saved) as string));
  const args: Fields = {};
  for (const [name, value] of Object.entries((fill(step.args ?? {}, saved) as Fields))) args[name] = await file(value);
  const take = (name: string) => {
    const value = args[name];
    delete args[name];
    return value;
  };
  const positional = (method.path ?? []).map(take);
  const options: Fields = {};
  for (const [name, option] of Object.entries({ ...OPTIONS, ...OPTIONS_OF[step.call] })) if (name in args) options[option] = take(name);
  if ("timeout_s" in args) options["timeoutMs"] = (take("timeout_s") as number) * 1000;
  if (method.fields) positional.push(args);
  else assert.deepEqual(Object.keys(args), [], `${step.call} does not take these`);

  const names = step.call.split(".").map(camel);
  const owner = names.slice(0, -1).reduce<any>((inner, name) => inner[name], client);
  const promise: unknown = owner[names.at(-1)!](...positional, options);
  if (step.call === "analyses.stream") {
    const data: unknown[] = [];
    for await (const one of promise as AsyncIterable<unknown>) data.push(one);
    return { data };
  }
  if (step.all) {
    const data: unknown[] = [];
    for await (const one of promise as PagePromise<unknown>) data.push(one);
    return { data };
  }
  if (step.call === "analyses.file" || step.call === "sessions.file") {
    const response = (await promise) as Response;
    const bytes = new Uint8Array(await response.arrayBuffer());
    return { text: new TextDecoder().decode(bytes), bytes: bytes.length, ...headersOf(response) };
  }
  if (!(promise instanceof ApiPromise)) return (await promise) as Fields;
  const { data, response } = await (promise as ApiPromise<unknown>).withResponse();
  if (data === null) return null;
  const answer = data instanceof Page ? { data: data.data, next_cursor: data.next_cursor } : ((data ?? {}) as Fields);
  return { ...answer, ...headersOf(response) };
}

/** Why it is not as expected; empty where it is. */
async function attempt(step: Step, mode: Mode, saved: Fields): Promise<string[]> {
  const codes = step.error === undefined ? [] : [step.error].flat();
  let answer: Fields | null;
  try {
    answer = await call(step, mode, saved);
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof AnalysisFailedError) || !codes.length) throw error;
    return codes.includes(String(error.code)) ? [] : [`it failed with ${error.message}, wanted ${codes.join(" or ")}`];
  }
  if (codes.length) return [`it did not fail with ${codes.join(" or ")}`];
  if (step.not_modified) return answer === null ? [] : ["the object was sent, though it is as it was known"];
  if (answer === null) return ["the object is said to be as it was known"];
  const wrong = step.expect ? mismatches(answer, fill(step.expect, saved) as Fields) : [];
  if (!wrong.length && step.save !== undefined) saved[step.save] = answer;
  return wrong;
}

async function run(step: Step, mode: Mode, saved: Fields): Promise<void> {
  const until = Date.now() + (step.within_s ?? 0) * 1000;
  for (;;) {
    let wrong: string[];
    try {
      wrong = await attempt(step, mode, saved);
    } catch (error) {
      if (!(error instanceof ApiError) || Date.now() >= until) throw error;
      wrong = [error.message];
    }
    if (!wrong.length) return;
    if (Date.now() >= until) throw new Error(wrong.join("; "));
    await sleep(500);
  }
}

/** What failed, or null. */
async function play(scenario: Scenario): Promise<string | null> {
  const mode = scenario.mode ?? "test";
  const saved: Fields = { run: `run${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}` };
  let failed: string | null = null;
  for (const [index, step] of scenario.steps.entries()) {
    try {
      await run(step, mode, saved);
    } catch (error) {
      failed = `step ${index + 1}, ${step.call}: ${error instanceof Error ? error.message : String(error)}`;
      break;
    }
  }
  for (const step of scenario.finally ?? []) await run(step, mode, saved).catch(() => {});
  return failed;
}

const { values, positionals } = parseArgs({ options: { file: { type: "string", default: "tests/contract/scenarios.yaml" } }, allowPositionals: true });
const text = execFileSync("/usr/bin/python3", ["-c", "import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)", values.file], {
  encoding: "utf8", maxBuffer: 64 << 20,
});
const { scenarios } = JSON.parse(text) as { scenarios: Scenario[] };
for (const name of positionals) assert.ok(scenarios.some((one) => one.name === name), `there is no scenario ${name}`);
let failures = 0;
for (const scenario of scenarios) {
  if (positionals.length && !positionals.includes(scenario.name)) continue;
  const begin = Date.now();
  const failed = await play(scenario);
  if (failed !== null) failures++;
  console.log(`${failed === null ? "ok    " : "FAILED"} ${scenario.name} (${((Date.now() - begin) / 1000).toFixed(1)} s)${failed === null ? "" : `: ${failed}`}`);
}
process.exitCode = failures ? 1 : 0;
