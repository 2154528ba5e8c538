// One measured coaching session: session.mjs PLAYWRIGHT WEB PLYO FOLDER CLIP PLACE JUMPS [TOXIPROXY ONE_WAY_MS JITTER_MS KBIT_S]
// Prints one line of JSON. The network gets worse once the page is there, so that its files do not have to come through it.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  confirmed, endSession, launchBrowser, makeFilm, metricOf, openPage, readClip, save, startServer, startSession,
} from "../../tests/e2e/coaching.mjs";

const [playwright, web, plyo, folder, video, place, jumps, toxiproxy, oneWayMs, jitterMs, kbitS] = process.argv.slice(2);

const freePort = () => new Promise((resolve) => {
  const probe = createServer().listen(0, "127.0.0.1", () => { const { port } = probe.address(); probe.close(() => resolve(port)); });
});

/** A network in front of the server. */
async function startNetwork(upstream) {
  const [control, listen] = [await freePort(), await freePort()];
  const child = spawn(toxiproxy, ["-host", "127.0.0.1", "-port", String(control)], { stdio: "ignore" });
  process.on("exit", () => child.kill());
  const ask = async (where, body) => {
    const answer = await fetch(`http://127.0.0.1:${control}${where}`, { method: "POST", body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`toxiproxy: ${await answer.text()}`);
  };
  for (let tries = 50; ; tries--) {
    try {
      await ask("/proxies", { name: "plyo", listen: `127.0.0.1:${listen}`, upstream, enabled: true });
      break;
    } catch (error) {
      if (!tries) throw error;
      await sleep(100);
    }
  }
  return {
    host: `127.0.0.1:${listen}`,
    stop: () => child.kill(),
    async worsen() {
      for (const stream of ["upstream", "downstream"]) {
        await ask("/proxies/plyo/toxics", { type: "latency", stream, attributes: { latency: Number(oneWayMs), jitter: Number(jitterMs) } });
        await ask("/proxies/plyo/toxics", { type: "bandwidth", stream, attributes: { rate: Math.round(Number(kbitS) / 8) } });
      }
    },
  };
}

const clip = readClip(path.resolve(video));
const film = makeFilm(clip.video, folder);
const server = await startServer(plyo, web, folder);
const address = new URL(await server.address());
const network = toxiproxy ? await startNetwork(address.host) : null;
if (network) address.host = network.host;
const browser = await launchBrowser(playwright, film);
try {
  const { page } = await openPage(browser, address.href, undefined, { sockets: true });
  await startSession(page, clip, place);
  await page.waitForFunction(() => globalThis.measured.some((entry) => entry.name === "plyo.skeleton"));
  await network?.worsen();
  await sleep(2000);
  await page.evaluate(() => { globalThis.measured.length = 0; });
  await confirmed(page, Number(jumps), 120_000);
  const { measured, exchanged } = await page.evaluate(() => ({ measured: globalThis.measured, exchanged: globalThis.exchanged }));
  await endSession(page);
  const { reps, documents } = JSON.parse(await save(page, "Download JSON"));
  const pictures = measured.filter((entry) => entry.name === "plyo.skeleton").map((entry) => ({ ...entry, ...exchanged[entry.sequence] }));
  console.log(JSON.stringify({
    clip: clip.name,
    true_height_m: clip.jump_height_m,
    true_flight_s: clip.metrics.flight_time_s,
    pictures,
    figures: measured.filter((entry) => entry.name !== "plyo.skeleton"),
    reps: reps.map(({ rep }) => ({ height: metricOf(rep, "jump_height"), flight: metricOf(rep, "flight_time"), landing_s: rep.events.find((e) => e.id === "landing").t_s })),
    quality: documents[0].quality,
    frames: documents[0].source.frames,
  }));
} finally {
  await browser.close();
  network?.stop();
  await server.stop();
}
