// The page in a browser: page_test.mjs PLAYWRIGHT URL fixture|VIDEO FOLDER
import assert from "node:assert/strict";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [playwright, url, video, folder] = process.argv.slice(2);
const { chromium } = await import(pathToFileURL(path.join(playwright, "index.mjs")).href);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  const page = await browser.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => { if (message.type() === "error" && !message.location().url.endsWith("/favicon.ico")) complaints.push(message.text()); });
  await page.goto(url);
  await page.waitForFunction(() => document.querySelector("#video").disabled || !document.querySelector("#status").textContent);
  if (video === "fixture") await page.getByText("Test mode").waitFor();
  else await page.setInputFiles("#video", video);
  await page.click("button");
  await page.locator("table").waitFor({ timeout: 180_000 });
  assert.match(await page.locator("tr", { hasText: /^Jump height/ }).first().innerText(), /0\.3\d+ ± 0\.0\d+ m/);
  const report = page.locator("#report");
  await report.waitFor();
  const frame = await (await report.elementHandle()).contentFrame();
  await frame.waitForLoadState();
  assert.equal(await frame.evaluate(() => origin), "null", "the report has the origin of the app");
  assert.match(await frame.content(), /jump_height|Jump height/);
  await page.screenshot({ path: path.join(folder, `coaching_${video === "fixture" ? "fixture" : "video"}.png`), fullPage: true });
  // Somebody else has none of it, and no other page can start anything.
  const address = await report.evaluate((element) => element.src);
  assert.equal((await fetch(address)).status, 404);
  assert.equal((await fetch(`${url}analyses?height_m=1.8&fixture=jump`, { method: "POST", headers: { Origin: "http://evil.example" } })).status, 403);
  assert.deepEqual(complaints, []);
} finally {
  await browser.close();
}
