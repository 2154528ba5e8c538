// The page in a browser: page_test.mjs PLAYWRIGHT URL HOSTILE_NAME FOLDER. It says `measure` and `delete` where that shall happen.
import assert from "node:assert/strict";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [playwright, url, hostile, folder] = process.argv.slice(2);
const { chromium } = await import(pathToFileURL(path.join(playwright, "index.mjs")).href);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => { if (message.type() === "error" && !message.location().url.endsWith("/favicon.ico")) complaints.push(message.text()); });
  await page.addInitScript(() => {
    globalThis.clipped = [];
    const { fillText } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
      const half = this.measureText(text).width / 2;
      if (this.textAlign === "center" && (x < half || x > this.canvas.width - half)) globalThis.clipped.push(text);
      fillText.call(this, text, x, y);
    };
  });
  const policy = (await page.goto(url)).headers()["content-security-policy"];
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe/);
  const card = (name) => page.locator("article").filter({ has: page.getByRole("heading", { name, exact: true }) });
  await card("Katherine Johnson").getByText("no countermovement jump yet").waitFor();
  await card(hostile).getByText(/\d\d\.\d ± \d\.\d cm/).waitFor();
  assert.equal(await page.title(), "Team", "a name was run");
  assert.equal(await page.locator("article script, article img").count(), 0);
  assert.equal(await page.locator("article canvas").count(), 3);
  await card("Grace Hopper").getByRole("cell", { name: /-?\d+\.\d ± \d+\.\d %/ }).first().waitFor();
  await card(hostile).getByText("None of the newest videos tells left and right apart.").waitFor();
  await page.screenshot({ path: path.join(folder, "dashboard_desktop.png"), fullPage: true });

  console.log("measure");
  await card("Katherine Johnson").getByText(/\d\d\.\d ± \d\.\d cm/).waitFor();
  await page.locator("#feed").getByText("Katherine Johnson was measured").waitFor();
  console.log("delete");
  await card("Grace Hopper").waitFor({ state: "detached" });
  await page.locator("#feed").getByText("was removed").waitFor();
  await page.getByRole("status").getByText("3 athletes").waitFor();

  // A run: many steps at once, among them those of somebody new.
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  const runner = await page.evaluate(() => {
    const [id] = [...cards].find(([, { name }]) => name === "Katherine Johnson");
    for (let rep = 1; rep <= 40; rep++) {
      for (const [athlete_id, session_id] of [[id, "a"], ["ath_unknown", "b"]]) {
        events.onmessage({ data: JSON.stringify({ type: "rep.recorded", at: 1, athlete_id, session_id, rep }) });
      }
    }
    return id;
  });
  await page.locator("#feed").getByText("Katherine Johnson did 40 repetitions").waitFor();
  assert.equal(await page.locator("#feed li").filter({ hasText: "repetition" }).count(), 2);
  await page.waitForTimeout(4000);
  assert.ok(asked.filter((name) => name === `/api/athletes/${runner}`).length <= 2, `each step is asked about: ${asked}`); // one with everybody
  assert.equal(asked.filter((name) => name === "/api/athletes").length, 1);

  await page.setViewportSize({ width: 375, height: 800 });
  await page.waitForTimeout(300); // the charts are drawn anew a moment after the last change of size
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page is wider than a phone");
  await page.screenshot({ path: path.join(folder, "dashboard_phone.png"), fullPage: true });
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.waitForTimeout(300);
  await page.screenshot({ path: path.join(folder, "dashboard_dark.png"), fullPage: true });
  await page.setViewportSize({ width: 375, height: 800 });
  await page.evaluate(() => {
    for (const step of [0.3, 8, 20, 600, 18_000, 86_400, 600_000, 26_000_000]) {
      for (let at = 1.7e9; at < 1.7e9 + 20 * step; at += step) {
        const element = document.querySelector("article");
        const points = [0, 1, 2].map((i) => ({ at: at + i * step, mean: 0.35, u: 0.01, best: 0.36 }));
        globalThis.chart({ element, plot: null }, points);
        element.querySelector(".chart").lastElementChild.remove();
      }
    }
  });
  assert.deepEqual(await page.evaluate(() => globalThis.clipped), [], "labels of the charts do not fit");
  assert.deepEqual(complaints, []);
} finally {
  await browser.close();
}
