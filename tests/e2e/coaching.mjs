// A coaching session as an athlete has it: Chromium with a film for a camera, on the page of a real `plyo serve`. Used by
// real_server_test.mjs and bench/live.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

export const DESK = { viewport: { width: 1440, height: 900 } };
export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
// What MediaPipe tells the console as it starts, and Chromium, on a busy machine, of pictures that no script ever had: those
// that the page had are counted (watchPictures).
export const EXPECTED = /XNNPACK|gl_context|Graph successfully|inference_feedback_manager|landmark_projection_calculator|VideoFrame was garbage collected/;

/** The athlete who jumps in a clip, and how high; the clip itself. */
export function readClip(video) {
  const truth = JSON.parse(readFileSync(video.replace(/\.mp4$/, ".json"), "utf8"));
  const [athlete] = truth.athletes;
  return {
    video,
    name: path.basename(video, ".mp4"),
    film_s: truth.frame_times_s.at(-1),
    height_m: athlete.height_m,
    mass_kg: athlete.mass_kg,
    alone: truth.athletes.length === 1,
    events: Object.fromEntries(athlete.events.map((event) => [event.name, event.t_s])),
    jump_height_m: athlete.metrics.jump_height_m,
    metrics: athlete.metrics,
  };
}

/** The clip as a camera gives it, 640x480 at 30 frames/s; Chromium plays it over and over. */
export function makeFilm(video, folder) {
  mkdirSync(folder, { recursive: true });
  const film = path.join(folder, `${path.basename(video, ".mp4")}.y4m`);
  const fit = "scale=640:480:force_original_aspect_ratio=increase:flags=area,crop=640:480";
  execFileSync("ffmpeg", ["-v", "error", "-y", "-i", video, "-vf", `fps=30,${fit}`, "-pix_fmt", "yuv420p", film]);
  return film;
}

/** `plyo serve` on a free port, with a data folder of its own. `address()` gives the printed address, a new one each time. */
export async function startServer(plyo, web, folder, ...options) {
  rmSync(path.join(folder, "data"), { recursive: true, force: true });
  const process_ = spawn(plyo, ["serve", "--port", "0", "--metrics-port", "0", "--web", web, "--data", path.join(folder, "data"), ...options],
    { stdio: ["ignore", "pipe", "pipe"] });
  process.on("exit", () => process_.kill());
  const log = [];
  createInterface({ input: process_.stderr }).on("line", (line) => log.push(line));
  const lines = createInterface({ input: process_.stdout })[Symbol.asyncIterator]();
  const address = async () => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`plyo serve has ended: ${log.join("\n")}`);
      const found = /^Open (\S+)$/.exec(value);
      if (found) return found[1];
    }
  };
  return {
    address,
    log,
    // Its exit status; one that does not end is killed, and null is none.
    stop: () => new Promise((resolve) => {
      const impatient = setTimeout(() => process_.kill("SIGKILL"), 30_000);
      process_.once("exit", (status) => {
        clearTimeout(impatient);
        resolve(status);
      });
      process_.kill("SIGTERM");
    }),
  };
}

export async function launchBrowser(playwright, film) {
  const { chromium } = await import(pathToFileURL(path.join(playwright, "index.mjs")).href);
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${film}`,
      "--autoplay-policy=no-user-gesture-required"],
  });
}

// In the page: when each picture was sent and its skeleton came back, on the page's clock, and the server's own times of it.
function watchSockets() {
  globalThis.exchanged = {};
  const of = (sequence) => (globalThis.exchanged[sequence] ??= {});
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    if (data instanceof Uint8Array) {
      const header = new DataView(data.buffer, data.byteOffset, 24);
      Object.assign(of(header.getUint32(4, true)), { captureMs: Number(header.getBigUint64(8, true)) / 1000, sentMs: performance.now(), bytes: data.length });
    }
    send.call(this, data);
  };
  const Plain = WebSocket;
  globalThis.WebSocket = class extends Plain {
    constructor(...from) {
      super(...from);
      this.addEventListener("message", ({ data }) => {
        const found = typeof data === "string" && /"type":"pose".*"sequence":(\d+)/s.exec(data);
        if (found) Object.assign(of(found[1]), { receivedMs: performance.now(), server: JSON.parse(/"timing":(\{[^}]*\})/.exec(data)[1]) });
      });
    }
  };
}

/** Runs in the page before its scripts: `openPictures()` counts the pictures it has and neither closed nor gave away. */
function watchPictures() {
  const open = new Set();
  const keep = (picture) => { open.add(picture); return picture; };
  globalThis.openPictures = () => open.size;
  const Picture = globalThis.VideoFrame;
  const { close, clone } = Picture.prototype;
  Picture.prototype.close = function () { open.delete(this); close.call(this); };
  Picture.prototype.clone = function () { return keep(clone.call(this)); };
  globalThis.VideoFrame = new Proxy(Picture, { construct: (target, args) => keep(new target(...args)) });
  const { read } = ReadableStreamDefaultReader.prototype;
  ReadableStreamDefaultReader.prototype.read = async function () {
    const result = await read.call(this);
    if (result.value instanceof Picture) keep(result.value);
    return result;
  };
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (message, transfer = []) {
    postMessage.call(this, message, transfer);
    for (const given of transfer) open.delete(given);
  };
}

/** Fails if the page keeps pictures: a session that is over has none, one that runs the few it works on. */
export async function expectPicturesClosed(page) {
  const few = (await page.locator(".over").count()) ? 0 : 4;
  await page.waitForFunction((most) => globalThis.openPictures() <= most, few, { timeout: 10000 }).catch(async () => {
    throw new Error(`${await page.evaluate(() => globalThis.openPictures())} pictures were not closed`);
  });
}

/** The page behind an address, with what it measures of itself and what it complains of kept; its socket too, if asked for. */
export async function openPage(browser, address, options = DESK, { sockets = false, expected = EXPECTED } = {}) {
  const context = await browser.newContext({ locale: "en-GB", permissions: ["camera"], acceptDownloads: true, ...options });
  await context.addInitScript(() => {
    globalThis.measured = [];
    new PerformanceObserver((list) => {
      for (const { name, startTime, duration, detail } of list.getEntries()) globalThis.measured.push({ name, startTime, duration, ...detail });
    }).observe({ type: "measure" });
    globalThis.said = [];
    // As Safari on an iPhone has it: nothing is said before a first word was asked for within a click.
    let may = false;
    speechSynthesis.speak = ({ text }) => {
      may ||= globalThis.event?.type === "click";
      if (may && text) globalThis.said.push(text);
    };
  });
  await context.addInitScript(watchPictures);
  if (sockets) await context.addInitScript(watchSockets);
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => { if (!expected.test(message.text())) complaints.push(`console: ${message.text()}`); });
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  const origin = new URL(address).origin;
  page.on("request", (request) => { if (!request.url().startsWith(origin) && !/^(blob|data):/.test(request.url())) complaints.push(`request: ${request.url()}`); });
  await page.goto(address);
  await page.waitForSelector("button[type=submit]:not([disabled])");
  return { page, complaints, origin };
}

/** Fills in who jumps and starts; `place` is the words of the choice. */
export async function startSession(page, clip, place, sport = "cmj") {
  await page.locator('select[id$="-sport"]').selectOption(sport);
  await page.getByRole("textbox", { name: "Height", exact: true }).fill(String(Math.round(clip.height_m * 100)));
  await page.getByLabel("Body mass").fill(String(clip.mass_kg));
  await page.getByLabel(place).check();
  await page.getByRole("button", { name: "Start" }).click();
  await page.waitForSelector(".stage");
}

export const confirmed = (page, count, timeout = 60_000) => page.waitForFunction(
  (n) => [...document.querySelectorAll(".rep")].filter((rep) => ![...rep.querySelectorAll(".tag")].some((tag) => tag.textContent.includes("measuring"))).length >= n,
  count, { timeout });

export async function endSession(page) {
  await page.getByRole("button", { name: "End", exact: true }).click();
  await page.waitForSelector(".over .downloads", { timeout: 30_000 });
}

export async function save(page, name) {
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByText(name, { exact: true }).click()]);
  return readFileSync(await file.path(), "utf8");
}

export const measuredBy = (page) => page.evaluate(() => globalThis.measured);

export const metricOf = (rep, id) => rep.metrics.find((metric) => metric.id === id) ?? null;

/** The clips with truth, where they are beside the repository; else the bundled one. */
export function clipFolder(root) {
  const shared = path.join(process.env.PLYO_SHARED ?? path.join(root, "../shared"), "data/rendered");
  return existsSync(shared) ? shared : path.join(root, "samples");
}
