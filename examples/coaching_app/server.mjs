// A small web app in front of Plyo: a video goes up, its progress is shown, then its figures and its report. The key stays here.
//   PLYO_API_KEY, PLYO_BASE_URL   the Plyo server; with a key of test mode the page offers a fixture in place of a video
//   PORT                          8092 unless said
import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ApiError, Plyo } from "plyo";

const { PLYO_API_KEY: apiKey, PLYO_BASE_URL: baseUrl, PORT = "8092" } = process.env;
if (!apiKey) throw new Error("PLYO_API_KEY is not set");
const plyo = new Plyo({ apiKey, baseUrl });
const testMode = apiKey.startsWith("plyo_test_");
const MOST_BYTES = 500 << 20;
const SHOWN = ["jump_height", "flight_time", "takeoff_velocity", "countermovement_depth", "time_to_takeoff", "rsi_mod"];
const PAGE = { "/": ["page.html", "text/html; charset=utf-8"], "/page.js": ["page.js", "text/javascript"], "/page.css": ["page.css", "text/css"] };
const HEADERS = {
  "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
};
// A report runs its own script, in an origin of its own: it reaches neither this app nor the network.
const REPORT_POLICY = "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; font-src data:; frame-ancestors 'self'";

class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** A browser sees what it has uploaded: its analyses by its cookie. An app with accounts would keep them with the account. */
const analysesOf = new Map();
const MOST_VISITORS = 10_000;
function visitor(request, response) {
  const known = /(?:^|; )visitor=([0-9a-f-]{36})/.exec(request.headers.cookie ?? "")?.[1];
  if (known && analysesOf.has(known)) return analysesOf.get(known);
  const id = randomUUID();
  response.setHeader("Set-Cookie", `visitor=${id}; HttpOnly; SameSite=Strict; Path=/`);
  analysesOf.set(id, new Set());
  if (analysesOf.size > MOST_VISITORS) analysesOf.delete(analysesOf.keys().next().value);
  return analysesOf.get(id);
}

let labels;
async function labelOf(sport, metric) {
  labels ??= plyo.catalogue.get().then(
    ({ sports }) => new Map(sports.flatMap((one) => one.metrics.map(({ id, label }) => [`${one.id} ${id}`, label]))),
    (error) => {
      labels = undefined; // whoever comes next asks again
      throw error;
    },
  );
  return (await labels).get(`${sport} ${metric}`) ?? metric;
}

/** What the page shows, half of a 95 % interval beside each figure. */
async function summary(id) {
  const analysis = await plyo.analyses.get(id);
  const answer = { id, status: analysis.status, progress: analysis.progress, error: analysis.error ?? null, reps: [], report: false };
  if (analysis.status !== "completed") return answer;
  answer.report = analysis.files.some(({ name }) => name === "report.html");
  const result = await plyo.analyses.result(id);
  for (const athlete of result.athletes) {
    for (const rep of athlete.reps) {
      const figures = rep.metrics.filter((metric) => SHOWN.includes(metric.id)).map(async ({ id: metric, value, u, unit, reason }) => ({
        label: await labelOf(result.sport, metric), value, unit, half: u === undefined || u === null ? null : 1.96 * u, reason: reason ?? null,
      }));
      answer.reps.push({ athlete: athlete.track_id, index: rep.index, figures: await Promise.all(figures) });
    }
  }
  return answer;
}

/** The video goes to the disk first, then to Plyo in parts, each of which is sent again where it fails. */
async function start(request, query) {
  const height = Number(query.get("height_m"));
  if (!(height >= 1 && height <= 2.5)) throw new Refused(400, "the height is 1 to 2.5 m");
  const about = { sport: "cmj", athlete: { height_m: height } };
  if (query.get("fixture")) return plyo.analyses.create({ ...about, fixture: query.get("fixture") });
  const folder = await mkdtemp(path.join(os.tmpdir(), "coaching_app_"));
  try {
    const file = path.join(folder, "video");
    let bytes = 0;
    const limit = new Transform({
      transform(piece, _, done) {
        bytes += piece.length;
        done(bytes > MOST_BYTES ? new Refused(413, "the video is too large") : null, piece);
      },
    });
    await pipeline(request, limit, createWriteStream(file, { flags: "wx", mode: 0o600 }));
    const upload = await plyo.uploads.uploadFile({ path: file });
    return await plyo.analyses.create({ ...about, upload_id: upload.id });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function follow(id, response) {
  response.writeHead(200, { ...HEADERS, "Content-Type": "text/event-stream" });
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  try {
    for await (const { event, analysis } of plyo.analyses.stream(id, { signal: gone.signal })) {
      response.write(`data: ${JSON.stringify({ event, progress: analysis.progress })}\n\n`);
    }
  } catch (error) {
    if (!gone.signal.aborted) console.error(error.message);
  }
  response.end();
}

function json(response, status, value) {
  response.writeHead(status, { ...HEADERS, "Content-Type": "application/json" });
  response.end(JSON.stringify(value));
}

async function handle(request, response) {
  const { pathname, searchParams } = new URL(request.url, "http://app");
  // Another page can make a browser send requests here, with its cookie; it cannot hide where they come from.
  const { origin, host } = request.headers;
  if (request.method !== "GET" && origin !== `http://${host}` && origin !== `https://${host}`) throw new Refused(403, "this comes from another page");
  const mine = visitor(request, response);
  if (request.method === "GET" && Object.hasOwn(PAGE, pathname)) {
    const [name, type] = PAGE[pathname];
    response.writeHead(200, { ...HEADERS, "Content-Type": type });
    return response.end(await readFile(new URL(name, import.meta.url)));
  }
  if (request.method === "GET" && pathname === "/settings") return json(response, 200, { testMode });
  if (request.method === "POST" && pathname === "/analyses") {
    const { id } = await start(request, searchParams);
    mine.add(id);
    return json(response, 201, { id });
  }
  const [, id, what] = /^\/analyses\/(ana_[0-9a-z]{26})(\/events|\/report)?$/.exec(pathname) ?? [];
  if (request.method !== "GET" || !id || !mine.has(id)) throw new Refused(404, "there is nothing here");
  if (what === "/events") return follow(id, response);
  if (what !== "/report") return json(response, 200, await summary(id));
  const report = await (await plyo.analyses.file(id, "report.html")).text();
  response.writeHead(200, { ...HEADERS, "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": REPORT_POLICY });
  return response.end(report);
}

const server = http.createServer((request, response) => {
  handle(request, response).catch((error) => {
    // What Plyo refuses is told to the user with its remedy; anything else is for the log.
    const told = error instanceof Refused ? { status: error.status, detail: error.message }
      : error instanceof ApiError && error.status < 500 ? { status: 422, detail: error.detail, remedy: error.remedy }
      : { status: 502, detail: "the analysis server does not answer" };
    if (told.status === 502) console.error(error);
    if (response.headersSent) response.destroy();
    else json(response, told.status, told);
  });
});
// A large video from a phone may take longer than the five minutes that Node.js gives a request.
server.requestTimeout = 3_600_000;
server.listen(Number(PORT), "127.0.0.1", () => console.log(`Open http://127.0.0.1:${server.address().port}/`));
